/** Tells how far it is on stderr: in place on a terminal, else a line for each quarter. */
export function progressOf(
  what: string,
  stream: Pick<NodeJS.WriteStream, "write" | "isTTY"> = process.stderr,
): (done: number, all: number) => void {
  let told = 0;
  return (done, all) => {
    const steps = stream.isTTY ? 100 : 4;
    const now = Math.floor((steps * done) / all);
    if (now === told) return;
    told = now;
    if (!stream.isTTY) stream.write(`${what}: ${done} of ${all}\n`);
    else stream.write(`\r${what}: ${done} of ${all}${done === all ? "\n" : ""}`);
  };
}
