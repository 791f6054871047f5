// Sets of keys under which a hand that learned another program finds its way. A set names what differs from the table
// in panel/keys.js: first the other program's own keys where Septum has the like, then what had to make room for them.
//
// ITK-SNAP: the shortcuts in GUI/Qt/Windows/MainImageWindow.ui and .cxx and in Components/PaintbrushToolPanel.cxx of
// github.com/pyushkevich/itksnap (version 4): tools on 1 to 6, S A D for the segmentation, Shift + X, Ctrl + J, + and -.
// CVAT: the default shortcuts of cvat-ui (github.com/cvat-ai/cvat) and "Shortcuts" in its user guide at docs.cvat.ai:
// D and F for frames, N draws, H hides, L locks, Ctrl + S, Ctrl + Z, Ctrl + Y; the wheel zooms.

export const KEY_SETS = {
  septum: { title: "Septum", wheel: "slice", keys: {} },
  itk_snap: {
    title: "ITK-SNAP",
    wheel: "slice",
    keys: {
      "tool:polygon": ["3"],
      "tool:brush": ["4"],
      measure: ["6"],
      crosshair: ["X"],
      autoWindow: ["Ctrl+j", "w"],
      larger: ["+", "="],
      smaller: ["-", "_"],
      "command:reject": ["Ctrl+x"], // X only shows and hides there: a hand that is used to it must not reject
      "label:1": ["7"],
      "label:2": ["8"],
      "label:3": ["9"],
      zoomIn: ["z"],
      zoomOut: ["Z"],
    },
  },
  cvat: {
    title: "CVAT",
    wheel: "zoom",
    keys: {
      "command:previous_slice": ["d", "ArrowUp"],
      "command:next_slice": ["f", "ArrowDown"],
      hide: ["h"],
      protect: ["l"],
      "tool:polygon": ["n"],
      stronger: ["s"],
      "tool:fill": ["p"],
      holes: ["k"],
      "tool:lasso": ["L"],
      copy: ["N"],
    },
  },
};
