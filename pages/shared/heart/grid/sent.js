// A component without a face: takes a sheet of small pictures or masks.
import { keepSheet } from "./sheets.js";

export default function mount({ data }) {
  if (data) keepSheet(data);
}
