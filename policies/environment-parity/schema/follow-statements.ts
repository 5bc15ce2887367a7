/** Which tables are there after a sequence of statements, and whether row level security is on: PostgreSQL's rules, on its parser's trees. */

/** A statement as the parser gives it: one member, named after its kind. */
export type Statement = Readonly<Record<string, Node>>;
type Node = Readonly<Record<string, unknown>>;

export interface FollowedTable {
  readonly kind: "table" | "foreign table" | "materialized view" | "view";
  /** Of a table: `enable row level security`. Of a view: that it reads with the rights of who asks (`security_invoker`). */
  readonly secured: boolean;
  /** Names, sorted. */
  readonly policies: readonly string[];
  /** The file that made it. */
  readonly file: string;
}

export interface FollowedSchema {
  /** By `schema.name`. */
  readonly tables: Readonly<Record<string, FollowedTable>>;
  /** Statements whose effect on tables cannot be read from their text. */
  readonly opaque: readonly { readonly file: string; readonly what: string }[];
}

interface Table {
  kind: FollowedTable["kind"];
  secured: boolean;
  policies: Set<string>;
  file: string;
}

/** Follows files in their order; each is a session of its own, as `supabase db push` applies them. */
export function followStatements(files: Readonly<Record<string, readonly Statement[]>>): FollowedSchema {
  const follower = new Follower();
  for (const [file, statements] of Object.entries(files)) {
    follower.begin(file);
    for (const statement of statements) follower.follow(statement);
  }
  const tables = [...follower.tables].map(([name, { policies, ...table }]) => [name, { ...table, policies: [...policies].sort() }]);
  return { tables: Object.fromEntries(tables) as Record<string, FollowedTable>, opaque: follower.opaque };
}

/** What in a block of code would change tables: its text is not parsed as SQL. */
const changesTables = /\b(create|alter|drop)\s+(or\s+replace\s+)?(\w+\s+)?(table|policy|view|schema)\b|\brow\s+level\s+security\b|\binto\s+table\b/i;
/** A statement made at run time, up to its end; `execute function` and `grant execute on` are no such. */
const dynamic = /\bexecute\s+(?!on\b|function\b|procedure\b)([^;]*)/gi;
/** Where one begins so, it changes no table. */
const harmless = /^[^']*'\s*(grant|revoke|comment|set|(create|alter|drop)\s+role)\b/i;

class Follower {
  readonly tables = new Map<string, Table>();
  readonly opaque: { file: string; what: string }[] = [];
  private file = "";
  private currentSchema = "public";

  begin(file: string): void {
    this.file = file;
    this.currentSchema = "public";
  }

  follow(statement: Statement): void {
    for (const [kind, node] of Object.entries(statement)) this.rules[kind]?.(node);
  }

  /** By kind of statement; other kinds make, change or remove no table. */
  private readonly rules: Readonly<Record<string, (node: Node) => void>> = {
    CreateStmt: (node) => this.create(node["relation"], "table", node["if_not_exists"] === true),
    CreateForeignTableStmt: (node) => this.create(record(node["base"])["relation"], "foreign table", record(node["base"])["if_not_exists"] === true),
    CreateTableAsStmt: (node) =>
      this.create(record(node["into"])["rel"], node["objtype"] === "OBJECT_MATVIEW" ? "materialized view" : "table", node["if_not_exists"] === true),
    SelectStmt: (node) => {
      if (node["intoClause"] !== undefined) this.create(record(node["intoClause"])["rel"], "table", false);
    },
    ViewStmt: (node) => this.create(node["view"], "view", false, list(node["options"]).some(isSecurityInvoker)),
    CreateSchemaStmt: (node) => {
      const before = this.currentSchema;
      this.currentSchema = String(node["schemaname"]);
      for (const element of list(node["schemaElts"])) this.follow(element as Statement);
      this.currentSchema = before;
    },
    AlterTableStmt: (node) => {
      const table = this.tables.get(this.nameOf(node["relation"]));
      for (const command of list(node["cmds"]).map((one) => record(record(one)["AlterTableCmd"]))) {
        if (table === undefined) continue;
        if (command["subtype"] === "AT_EnableRowSecurity") table.secured = true;
        if (command["subtype"] === "AT_DisableRowSecurity") table.secured = false;
        if (table.kind !== "view") continue;
        const invoker = list(command["def"] === undefined ? [] : record(record(command["def"])["List"])["items"]).some((option) => optionName(option) === "security_invoker");
        if (invoker) table.secured = command["subtype"] === "AT_SetRelOptions" && list(record(record(command["def"])["List"])["items"]).some(isSecurityInvoker);
      }
    },
    CreatePolicyStmt: (node) => void this.tables.get(this.nameOf(node["table"]))?.policies.add(String(node["policy_name"])),
    RenameStmt: (node) => this.rename(node),
    AlterObjectSchemaStmt: (node) => {
      if (isTable(node["objectType"])) this.move(this.nameOf(node["relation"]), `${String(node["newschema"])}.${String(record(node["relation"])["relname"])}`);
    },
    DropStmt: (node) => this.drop(node),
    VariableSetStmt: (node) => {
      if (node["name"] !== "search_path" && node["kind"] !== "VAR_RESET_ALL") return;
      const [first] = list(node["args"]);
      this.currentSchema = node["kind"] === "VAR_SET_VALUE" ? String(record(record(record(first)["A_Const"])["sval"])["sval"] ?? "public") : "public";
    },
    DoStmt: (node) => {
      const body = list(node["args"]).map((one) => String(record(record(record(record(one)["DefElem"])["arg"])["String"])["sval"] ?? "")).join("\n");
      if (isOpaque(body)) this.opaque.push({ file: this.file, what: "a DO block that may change tables" });
    },
  };

  private create(relation: unknown, kind: Table["kind"], ifNotExists: boolean, secured = false): void {
    // Temporary ones end with the session.
    if (record(relation)["relpersistence"] === "t") return;
    const name = this.nameOf(relation);
    if (ifNotExists && this.tables.has(name)) return;
    this.tables.set(name, { kind, secured, policies: new Set(), file: this.file });
  }

  private rename(node: Node): void {
    const kind = node["renameType"];
    if (isTable(kind)) {
      const from = this.nameOf(node["relation"]);
      this.move(from, `${from.slice(0, from.indexOf("."))}.${String(node["newname"])}`);
    } else if (kind === "OBJECT_POLICY") {
      const policies = this.tables.get(this.nameOf(node["relation"]))?.policies;
      if (policies?.delete(String(node["subname"])) === true) policies.add(String(node["newname"]));
    } else if (kind === "OBJECT_SCHEMA") {
      const prefix = `${String(node["subname"])}.`;
      for (const name of [...this.tables.keys()]) {
        if (name.startsWith(prefix)) this.move(name, `${String(node["newname"])}.${name.slice(prefix.length)}`);
      }
    }
  }

  private move(from: string, to: string): void {
    const table = this.tables.get(from);
    if (table === undefined) return;
    this.tables.delete(from);
    this.tables.set(to, table);
  }

  private drop(node: Node): void {
    for (const object of list(node["objects"])) {
      const path = record(object)["List"] === undefined ? [text(object)] : list(record(record(object)["List"])["items"]).map(text);
      if (isTable(node["removeType"])) this.tables.delete(this.qualified(path));
      if (node["removeType"] === "OBJECT_POLICY") this.tables.get(this.qualified(path.slice(0, -1)))?.policies.delete(path.at(-1) ?? "");
      if (node["removeType"] !== "OBJECT_SCHEMA") continue;
      for (const name of [...this.tables.keys()]) if (name.startsWith(`${path[0] ?? ""}.`)) this.tables.delete(name);
    }
  }

  private nameOf(relation: unknown): string {
    const { schemaname, relname } = record(relation);
    return this.qualified([...(schemaname === undefined ? [] : [String(schemaname)]), String(relname)]);
  }

  private qualified(path: readonly string[]): string {
    return path.length > 1 ? path.slice(-2).join(".") : `${this.currentSchema}.${path[0] ?? ""}`;
  }
}

function isTable(kind: unknown): boolean {
  return ["OBJECT_TABLE", "OBJECT_FOREIGN_TABLE", "OBJECT_MATVIEW", "OBJECT_VIEW"].includes(String(kind));
}

function optionName(option: unknown): string {
  return String(record(record(option)["DefElem"])["defname"]);
}

/** `security_invoker`, `security_invoker = true`, `= on`, `= 1`. */
function isSecurityInvoker(option: unknown): boolean {
  if (optionName(option) !== "security_invoker") return false;
  const argument = record(record(option)["DefElem"])["arg"];
  if (argument === undefined) return true;
  const value = record(argument);
  const said = value["Boolean"] ?? value["String"] ?? value["Integer"] ?? value["TypeName"];
  return /"(boolval|sval)":("(true|on|yes|1)"|true)|"ival":1\b/.test(JSON.stringify(said ?? {}));
}

function isOpaque(code: string): boolean {
  // Texts and comments in one pass: either may hold the other's mark.
  const uncommented = code.replace(/'(?:[^']|'')*'|--[^\n]*|\/\*[\s\S]*?\*\//g, (found) => (found.startsWith("'") ? found : " "));
  if (changesTables.test(uncommented.replace(/'(?:[^']|'')*'/g, "''"))) return true;
  return [...uncommented.matchAll(dynamic)].some(([, statement = ""]) => !harmless.test(statement));
}

function record(value: unknown): Node {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Node) : {};
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? (value as readonly unknown[]) : [];
}

function text(value: unknown): string {
  return String(record(record(value)["String"])["sval"]);
}
