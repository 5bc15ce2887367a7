/** Reading of the parser's trees (libpg_query): objects with one member, named after their kind. */

/** A statement as the parser gives it: one member, named after its kind. */
export type Statement = Readonly<Record<string, Node>>;
export type Node = Readonly<Record<string, unknown>>;

export function record(value: unknown): Node {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Node) : {};
}

export function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? (value as readonly unknown[]) : [];
}

/** Of `{String: {sval}}`. */
export function text(value: unknown): string {
  return String(record(record(value)["String"])["sval"]);
}

/** The items of `{List: {items}}`. */
export function items(value: unknown): readonly unknown[] {
  return list(record(record(value)["List"])["items"]);
}

/** The argument of an option by its name; undefined where the option is not given. */
export function option(options: unknown, name: string): unknown {
  return list(options).map((one) => record(record(one)["DefElem"])).find(({ defname }) => defname === name)?.["arg"];
}

/** `public`, or the role's name; the words that stand for who is asking (`current_user`) as they are in the tree. */
export function roleName(spec: unknown): string {
  const { roletype, rolename } = record(record(spec)["RoleSpec"] ?? spec);
  if (roletype === "ROLESPEC_PUBLIC") return "public";
  return roletype === "ROLESPEC_CSTRING" ? String(rolename) : String(roletype);
}

/** Everything below a node of one kind: `FuncCall`. */
export function nodesOf(kind: string, tree: unknown): Node[] {
  if (Array.isArray(tree)) return tree.flatMap((one) => nodesOf(kind, one));
  if (typeof tree !== "object" || tree === null) return [];
  return Object.entries(tree).flatMap(([name, value]) => [...(name === kind ? [record(value)] : []), ...nodesOf(kind, value)]);
}
