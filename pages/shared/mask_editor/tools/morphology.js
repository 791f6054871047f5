// Whole-label operations. Each returns what would change, as a list of [index, new label], and changes nothing.
import { connected, neighbours } from "./raster.js";

// Background that reaches no edge of the image and touches the label becomes that label.
export function fillHoles(mask, { width, height }, label) {
  const done = new Uint8Array(mask.length);
  const changes = [];
  for (let start = 0; start < mask.length; start++) {
    if (mask[start] || done[start]) continue;
    const region = connected(mask, { width, height }, start);
    let [open, touches] = [false, false];
    for (const index of region) {
      done[index] = 1;
      const x = index % width;
      const y = (index - x) / width;
      open ||= x === 0 || y === 0 || x === width - 1 || y === height - 1;
      touches ||= neighbours(index, width, height).some((near) => mask[near] === label);
    }
    if (!open && touches) changes.push(...region.map((index) => [index, label]));
  }
  return changes;
}

// Pixels that share an edge with the label join it.
export function grow(mask, { width, height }, label) {
  const changes = [];
  mask.forEach((own, index) => {
    if (own === label) return;
    const touches = neighbours(index, width, height).some((near) => mask[near] === label);
    if (touches) changes.push([index, label]);
  });
  return changes;
}

// Pixels of the label that share an edge with another go to the label that they touch most; the edge of the
// image counts as background.
export function shrink(mask, { width, height }, label) {
  const changes = [];
  mask.forEach((own, index) => {
    if (own !== label) return;
    const near = neighbours(index, width, height).map((each) => mask[each]);
    while (near.length < 4) near.push(0);
    if (near.some((each) => each !== label)) changes.push([index, commonest(near, label)]);
  });
  return changes;
}

// Majority in the 3 x 3 pixels around each one: at least 5 of 9 make or keep the label; what it loses goes to
// the label that is commonest there. Beyond the edge of the image the nearest pixel counts again.
export function smooth(mask, { width, height }, label) {
  const changes = [];
  const clamped = (value, most) => Math.min(Math.max(value, 0), most);
  mask.forEach((own, index) => {
    const x = index % width;
    const y = (index - x) / width;
    const around = [];
    for (let dy = -1; dy <= 1; dy++) {
      const row = clamped(y + dy, height - 1) * width;
      for (let dx = -1; dx <= 1; dx++) around.push(mask[row + clamped(x + dx, width - 1)]);
    }
    const majority = around.filter((each) => each === label).length >= 5;
    if (majority && own !== label) changes.push([index, label]);
    else if (!majority && own === label) changes.push([index, commonest(around, label)]);
  });
  return changes;
}

// The commonest label apart from one; of equals the smallest number.
function commonest(labels, except) {
  const counts = [0, 0, 0, 0];
  for (const label of labels) if (label !== except) counts[label] += 1;
  return counts.indexOf(Math.max(...counts));
}
