// What is lost of a page's words in the window as it is: a page that scrolls sideways, text that is cut by what it lies
// in, and words that are broken although they are short.
() => {
  const NOT_SEEN = "svg, canvas, .septum-unseen, .unseen, [hidden], style, script, [data-testid=stIconMaterial]";
  const STREAMLITS_OWN = 'a[href="#stMain"]'; // seen when it has the focus
  const SHORT = 12; // letters of a word that fits into any column
  const found = new Set();
  const overflows = (part) => part.scrollWidth > part.clientWidth + 1;
  const parts = [document.documentElement, ...document.querySelectorAll("[data-testid=stMain]")];
  for (const part of parts.filter(overflows)) found.add(`sideways: ${part.tagName} ${part.scrollWidth}`);

  // Whether something that the text lies in hides a part of it for good.
  function isCut(part, text) {
    const range = document.createRange();
    range.selectNodeContents(text);
    const box = range.getBoundingClientRect();
    for (let around = part; around && around !== document.body; around = around.parentElement) {
      const { overflowX, overflowY } = getComputedStyle(around);
      const { left, right, bottom } = around.getBoundingClientRect();
      if (/hidden|clip/.test(overflowX) && (box.right > right + 1.5 || box.left < left - 1.5)) return true;
      if (/hidden|clip/.test(overflowY) && box.bottom > bottom + 3) return true;
      if (/auto|scroll/.test(overflowX + overflowY)) return false;
    }
    return false;
  }

  function broken(text) {
    for (const match of text.textContent.matchAll(/\S+/g)) {
      const range = document.createRange();
      range.setStart(text, match.index);
      range.setEnd(text, match.index + match[0].length);
      const lines = new Set([...range.getClientRects()].map(({ top }) => Math.round(top))).size;
      if (lines > 2 || (lines > 1 && match[0].length < SHORT && !/[-/·_.]/.test(match[0]))) return match[0];
    }
    return null;
  }

  function visit(root) {
    for (const part of root.querySelectorAll("*")) {
      if (part.shadowRoot) visit(part.shadowRoot);
      const texts = [...part.childNodes].filter((node) => node.nodeType === Node.TEXT_NODE && node.textContent.trim());
      if (!texts.length || part.closest(NOT_SEEN) || part.closest(STREAMLITS_OWN)) continue;
      if (!part.checkVisibility({ visibilityProperty: true, opacityProperty: true })) continue;
      if (getComputedStyle(part).clipPath === "inset(50%)") continue; // for who listens; others see an icon
      if (isCut(part, texts[0])) found.add(`cut: ${part.textContent.trim().slice(0, 60)}`);
      for (const word of texts.map(broken)) if (word) found.add(`broken: ${word}`);
    }
  }
  visit(document);
  return [...found];
}
