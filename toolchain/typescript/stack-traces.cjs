const { SourceMap } = require("node:module");

/** Source maps by file: as text until a stack trace needs them. */
const maps = new Map();

/** Says how positions in what a .ts file was translated to map to the file itself. */
function mapPositionsOf(filename, map) {
  maps.set(filename, map);
}

/**
 * Makes stack traces name the lines of .ts files.
 *
 * The package `source-map-support` does this too, and Pulumi's scripts install it. It also reads and decodes the maps of every package
 * whose code is on the stack, and Pulumi takes a stack for each of its promises: a quarter of the program's time in a preview.
 */
function installStackTraces() {
  Error.prepareStackTrace = (error, frames) => {
    const text = () => [heading(error), ...frames.map((frame) => `    at ${position(frame)}`)].join("\n");
    return isOfPromise(frames[0]) ? { toString: text } : text();
  };
}

/** Pulumi prints the stack of a promise only when it leaks (PULUMI_DEBUG_PROMISE_LEAKS), so this one becomes text only then. */
function isOfPromise(frame) {
  return frame?.getFunctionName() === "debuggablePromise" && /[\\/]@pulumi[\\/]pulumi[\\/]runtime[\\/]debuggable\.js$/.test(frame.getFileName() ?? "");
}

function heading(error) {
  try {
    return Error.prototype.toString.call(error);
  } catch {
    // An error whose message cannot be read must not hide where it came from.
    return "<error>";
  }
}

function position(frame) {
  const text = frame.toString();
  const file = frame.getFileName();
  if (!maps.has(file)) return text;
  const line = frame.getLineNumber();
  const column = frame.getColumnNumber();
  const { originalLine, originalColumn } = mapOf(file).findEntry(line - 1, column - 1);
  return originalLine === undefined ? text : text.replace(`${file}:${line}:${column}`, `${file}:${originalLine + 1}:${originalColumn + 1}`);
}

function mapOf(file) {
  const map = maps.get(file);
  if (typeof map !== "string") return map;
  const decoded = new SourceMap(JSON.parse(map));
  maps.set(file, decoded);
  return decoded;
}

module.exports = { installStackTraces, mapPositionsOf };
