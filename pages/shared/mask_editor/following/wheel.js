// Turns of the wheel as steps: one for each notch of a wheel, one for a stretch of a trackpad or a fine wheel.

const NOTCH = 100; // CSS pixels
const NOTCH_LINES = 3; // where a browser counts in lines
const TICK = 120; // what a browser calls one notch of a real wheel, whatever it scrolls by it
const REST = 400; // ms after which an unfinished stretch is forgotten

export class Notches {
  constructor() {
    this.stretch = 0; // part of a notch
    this.at = -Infinity;
  }

  // Whole steps that this event adds: above zero is on, below is back.
  of({ deltaY, deltaMode = 0, wheelDeltaY = 0, timeStamp = 0 }) {
    const isTick = wheelDeltaY % TICK === 0 && wheelDeltaY !== 0 && wheelDeltaY !== -3 * deltaY;
    const turned = isTick ? -wheelDeltaY / TICK : deltaY / (deltaMode === 1 ? NOTCH_LINES : NOTCH);
    if (timeStamp - this.at > REST || turned * this.stretch < 0) this.stretch = 0;
    this.at = timeStamp;
    this.stretch += turned;
    const steps = Math.trunc(this.stretch + Math.sign(this.stretch) * 1e-9);
    this.stretch -= steps;
    return steps;
  }
}
