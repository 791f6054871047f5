// Says what the parts of a page are: to screen readers, since Streamlit's containers have no role of their own, and
// to dialogs, which of the two themes it has.
const MENU = ".st-key-menu";
const MOST = 120; // frames that a menu may take to stand

const APP = "[data-testid=stApp]";

// `data` is what the link to the open page has as its address, "" on Home; resolved, that would be any page.
export default function mount({ data }) {
  mark(data, 0);
  const app = document.querySelector(APP);
  if (!app) return;
  takeTheme(app);
  const watch = new MutationObserver(() => takeTheme(app));
  watch.observe(app, { attributes: true, attributeFilter: ["class"] }); // another theme is another class
  return () => watch.disconnect();
}

// A dialog lies outside the app, which alone says whether the page is dark.
function takeTheme(app) {
  document.documentElement.style.colorScheme = getComputedStyle(app).colorScheme;
}

function mark(here, frames) {
  const links = [...document.querySelectorAll(`${MENU} a[href]`)];
  if (!links.length) {
    if (frames < MOST) requestAnimationFrame(() => mark(here, frames + 1));
    return;
  }
  for (const menu of document.querySelectorAll(MENU)) {
    menu.setAttribute("role", "navigation");
    menu.setAttribute("aria-label", "Pages");
  }
  for (const link of links) {
    if (link.getAttribute("href").split("/").pop() === here) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
}
