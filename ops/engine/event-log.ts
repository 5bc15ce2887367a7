import { closeSync, existsSync, openSync, readSync } from "node:fs";
import { StringDecoder } from "node:string_decoder";

/**
 * Returns a function that passes on each event added to an engine's event log (JSON, one a line) since its last call.
 *
 * The CLI empties the file and begins again when it goes from its preview to the operation itself; the log is then followed from
 * its new beginning.
 *
 * @param onRestart called when the log begins again
 * @throws SyntaxError for a line that is no JSON
 */
export function followEvents<Event>(path: string, onEvent: (event: Event) => void, onRestart: () => void): () => void {
  const buffer = Buffer.alloc(1 << 16);
  let decoder = new StringDecoder("utf8");
  let position = 0;
  /** The last bytes before `position`: when others are found there, the file has been emptied, whatever its length is by now. */
  let tail = Buffer.alloc(0);
  let rest = "";

  const isContinued = (file: number) => {
    const found = Buffer.alloc(tail.length);
    return readSync(file, found, 0, found.length, position - tail.length) === tail.length && found.equals(tail);
  };
  const restart = () => {
    decoder = new StringDecoder("utf8");
    position = 0;
    tail = Buffer.alloc(0);
    rest = "";
    onRestart();
  };

  return () => {
    if (!existsSync(path)) return;
    const file = openSync(path, "r");
    try {
      if (tail.length > 0 && !isContinued(file)) restart();
      for (let read = readSync(file, buffer, 0, buffer.length, position); read > 0; read = readSync(file, buffer, 0, buffer.length, position)) {
        const bytes = buffer.subarray(0, read);
        position += read;
        tail = Buffer.concat([tail, bytes]).subarray(-256);
        const lines = (rest + decoder.write(bytes)).split("\n");
        rest = lines.pop() ?? "";
        for (const line of lines) if (line !== "") onEvent(JSON.parse(line) as Event);
      }
    } finally {
      closeSync(file);
    }
  };
}
