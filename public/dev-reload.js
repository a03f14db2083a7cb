// Only in a development run: loads the page again when the server has come back as another build.
let build;
new EventSource("/dev-reload").addEventListener("build", ({ data }) => {
  build ??= data;
  if (build !== data) location.reload();
});
