// A folder that is dropped keeps its folders, as one that is chosen does: browsers leave `webkitRelativePath` empty
// for dropped files, and Streamlit sends nothing but the name then. The drop zone notes where a file lay.
export default function () {
  const names = File.prototype;
  const native = Object.getOwnPropertyDescriptor(names, "webkitRelativePath");
  if (!native || names.septumKeepsFolders) return;
  names.septumKeepsFolders = true;
  Object.defineProperty(names, "webkitRelativePath", {
    ...native,
    get() {
      return native.get.call(this) || String(this.relativePath ?? "").replace(/^\.?\//, "");
    },
  });
}
