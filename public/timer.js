// A gentle timer for exercises that are done by time, on one's own page: it begins when it is pressed, says how long is
// left and when the time is over, softly. The page works without it.

const QUARTER = 250;

for (const timer of document.querySelectorAll(".timer")) {
  const [button, left, said] = timer.children;
  const { seconds, start, stop, done } = timer.dataset;
  let ticking;
  let audio;
  const show = (millis) => {
    const whole = Math.ceil(millis / 1000);
    const minutes = Math.floor(whole / 60);
    left.textContent = minutes > 0 ? `${minutes}.${String(whole % 60).padStart(2, "0")}` : String(whole);
  };
  const end = (words) => {
    clearInterval(ticking);
    ticking = undefined;
    audio = undefined;
    button.textContent = start;
    left.textContent = "";
    said.textContent = words;
  };
  button.addEventListener("click", () => {
    if (ticking) {
      audio?.close();
      return end("");
    }
    audio = sound();
    const until = performance.now() + seconds * 1000;
    said.textContent = "";
    button.textContent = stop;
    show(seconds * 1000);
    ticking = setInterval(() => {
      const rest = until - performance.now();
      if (rest > 0) return show(rest);
      chime(audio);
      end(done);
    }, QUARTER);
  });
  button.textContent = start;
  timer.hidden = false;
}

// What makes a sound later has to be made while the button is pressed: browsers hear nothing of it otherwise. Where there
// is no sound, the words are enough.
function sound() {
  try {
    return new AudioContext();
  } catch {
    return undefined;
  }
}

// One soft tone that swells and fades.
function chime(audio) {
  if (!audio) return;
  const tone = audio.createOscillator();
  const volume = audio.createGain();
  tone.frequency.value = 523;
  volume.gain.setValueAtTime(0, audio.currentTime);
  volume.gain.linearRampToValueAtTime(0.2, audio.currentTime + 0.1);
  volume.gain.linearRampToValueAtTime(0, audio.currentTime + 1.2);
  tone.connect(volume).connect(audio.destination);
  tone.start();
  tone.stop(audio.currentTime + 1.3);
  tone.onended = () => audio.close();
}
