// A sentence over the picture that goes by itself: why nothing happened.
import { element } from "../panel/dom.js";

const READ_WITHIN = 5000; // ms

export class Notice {
  constructor(well) {
    this.root = element("div", { class: "notice", role: "alert", hidden: true });
    well.append(this.root);
    this.timer = 0;
  }

  show(text) {
    this.root.textContent = text;
    this.root.hidden = false;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.hide(), READ_WITHIN);
  }

  hide() {
    clearTimeout(this.timer);
    this.root.hidden = true;
  }
}
