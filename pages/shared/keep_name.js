// The reader's name stays with the browser until it is closed, so that a new tab does not ask for it again.
export default function ({ data }) {
  document.cookie = `septum-reader=${encodeURIComponent(data)}; path=/; SameSite=Strict`;
}
