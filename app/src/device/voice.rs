//! The device's own voice. Only voices that speak on the device itself: what is read is somebody's results, and other
//! voices send their words away.

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::{SpeechSynthesis, SpeechSynthesisUtterance, SpeechSynthesisVoice};

use super::browser::window;
use crate::texts::Lang;

/// A little slower than people talk.
const RATE: f32 = 0.9;

/// Whether a voice of this language speaks here, and whether it is speaking.
#[derive(Clone, Copy)]
pub struct Voice {
    speaking: RwSignal<bool>,
    /// Browsers find their voices some time after the page.
    found: RwSignal<u32>,
}

impl Voice {
    /// Silent when the view that asked is left.
    pub fn open() -> Self {
        let voice = Self { speaking: RwSignal::new(false), found: RwSignal::new(0) };
        let heard = Closure::<dyn Fn()>::new(move || {
            let _ = voice.found.try_update(|times| *times += 1);
        });
        if let Some(synthesis) = synthesis() {
            synthesis.set_onvoiceschanged(Some(heard.as_ref().unchecked_ref()));
        }
        StoredValue::new_local(heard);
        on_cleanup(move || {
            if let Some(synthesis) = synthesis() {
                synthesis.set_onvoiceschanged(None);
                synthesis.cancel();
            }
        });
        voice
    }

    pub fn can_speak(&self, lang: Lang) -> bool {
        self.found.track();
        of_language(lang).is_some()
    }

    pub fn is_speaking(&self) -> bool {
        self.speaking.get()
    }

    /// Reads these sentences aloud, each by itself: long texts make some voices fall silent.
    pub fn speak(&self, lang: Lang, sentences: &[String]) {
        let (Some(synthesis), Some(voice)) = (synthesis(), of_language(lang)) else { return };
        synthesis.cancel();
        let mut utterances: Vec<_> = sentences.iter().filter_map(|words| utterance(words, &voice)).collect();
        if let Some(last) = utterances.last_mut() {
            let speaking = self.speaking;
            let ended = Closure::once_into_js(move || {
                let _ = speaking.try_set(false);
            });
            last.set_onend(Some(ended.unchecked_ref()));
        }
        self.speaking.set(!utterances.is_empty());
        utterances.iter().for_each(|utterance| synthesis.speak(utterance));
    }

    pub fn stop(&self) {
        if let Some(synthesis) = synthesis() {
            synthesis.cancel();
        }
        self.speaking.set(false);
    }
}

fn synthesis() -> Option<SpeechSynthesis> {
    let there = js_sys::Reflect::has(&window()?.into(), &"speechSynthesis".into());
    window()?.speech_synthesis().ok().filter(|_| there == Ok(true))
}

fn utterance(words: &str, voice: &SpeechSynthesisVoice) -> Option<SpeechSynthesisUtterance> {
    let utterance = SpeechSynthesisUtterance::new_with_text(words).ok()?;
    utterance.set_voice(Some(voice));
    utterance.set_lang(&voice.lang());
    utterance.set_rate(RATE);
    Some(utterance)
}

fn of_language(lang: Lang) -> Option<SpeechSynthesisVoice> {
    let voices = synthesis()?.get_voices();
    let mut voices = voices.iter().filter_map(|voice| voice.dyn_into::<SpeechSynthesisVoice>().ok());
    voices.find(|voice| voice.local_service() && voice.lang().to_lowercase().starts_with(lang.code()))
}
