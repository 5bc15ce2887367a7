/** What a run did, for a table's cell: `34 created, 2 updated`, or `no changes`. */
export function changesInWords(changes: Readonly<Record<string, number>>): string {
  const words: Record<string, string> = {
    create: "created", update: "updated", delete: "deleted", replace: "replaced", "create-replacement": "replaced", import: "imported",
    discard: "discarded", read: "read", refresh: "refreshed",
  };
  const parts = Object.entries(changes).flatMap(([operation, count]) => {
    const word = words[operation];
    return word === undefined || count === 0 ? [] : [`${count} ${word}`];
  });
  return parts.length === 0 ? "no changes" : parts.join(", ");
}
