/** A result between its two marks in docs/benchmarks.md. @throws CHI-B031 when the place is not there */
export function placeInDocument(document: string, begin: string, end: string, text: string): string {
  const [from, to] = [document.indexOf(begin), document.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`CHI-B031 docs/benchmarks.md has no place between "${begin}" and "${end}": git checkout -- docs/benchmarks.md`);
  return `${document.slice(0, from + begin.length)}\n${text}${document.slice(to)}`;
}
