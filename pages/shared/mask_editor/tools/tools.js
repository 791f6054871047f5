// The editor's tools by the names that keys and buttons use.
import { ComponentTool, FillTool } from "./area_tools.js";
import { BrushTool } from "./brush_tools.js";
import { ContourTool } from "./contour_tool.js";
import { LassoTool, PolygonTool, RectangleTool } from "./shape_tools.js";
import { SmartTool } from "./smart_tool.js";

export function makeTools(editor) {
  return {
    brush: new BrushTool(editor, "brush"),
    erase: new BrushTool(editor, "erase"),
    threshold: new BrushTool(editor, "threshold"),
    polygon: new PolygonTool(editor),
    lasso: new LassoTool(editor),
    rectangle: new RectangleTool(editor),
    fill: new FillTool(editor),
    component: new ComponentTool(editor),
    smart: new SmartTool(editor),
    contour: new ContourTool(editor),
  };
}
