/** Who passes row level security, and what in `public` makes tables of its own: roles, functions and extensions after a sequence of statements. */
import { items, list, option, record, roleName, text, type Node } from "./tree";

/** What a statement did that takes row level security away, where it was not undone; what to write in its place. */
export interface Bypass {
  readonly file: string;
  readonly what: string;
  readonly instead: string;
}

/** Whom the REST API works for (`authenticator` becomes the two others). */
const callers = ["anon", "authenticated", "authenticator", "public"];
const attributes = ["bypassrls", "superuser", "isreplication"] as const;
const words: Readonly<Record<string, string>> = { isreplication: "replication" };

interface Function {
  readonly definer: boolean;
  readonly trigger: boolean;
  readonly file: string;
}

/** `rules` by kind of statement, as in follow-statements.ts. */
export class RightsFollower {
  private readonly roles = new Map<string, Bypass>();
  private readonly functions = new Map<string, Function>();
  private readonly extensions = new Map<string, Bypass>();

  constructor(
    private readonly file: () => string,
    private readonly schema: () => string,
  ) {}

  bypasses(): Bypass[] {
    const exposed = [...this.functions].filter(([name, { definer, trigger }]) => name.startsWith("public.") && definer && !trigger);
    return [
      ...this.roles.values(),
      ...this.extensions.values(),
      ...exposed.map(([name, { file }]) => ({
        file,
        what: `function ${name} as security definer: the REST API offers it, and it reads with its owner's rights, past row level security`,
        instead: "make it security invoker, or put it into the schema private",
      })),
    ];
  }

  /** Whether a statement before made a procedure or function of that name: then its body was read. */
  isMade(path: readonly string[]): boolean {
    const name = path.length > 1 ? path.slice(-2).join(".") : `${this.schema()}.${path[0] ?? ""}`;
    return [...this.functions.keys()].some((made) => made.startsWith(`${name}(`));
  }

  readonly rules: Readonly<Record<string, (node: Node) => void>> = {
    CreateRoleStmt: (node) => this.role(String(node["role"]), node["options"]),
    AlterRoleStmt: (node) => this.role(roleName(node["role"]), node["options"]),
    DropRoleStmt: (node) => {
      for (const role of list(node["roles"]).map(roleName)) for (const key of [...this.roles.keys()]) if (key.startsWith(`${role} `)) this.roles.delete(key);
    },
    GrantRoleStmt: (node) => {
      const granted = list(node["granted_roles"]).map((one) => String(record(record(one)["AccessPriv"])["priv_name"]));
      for (const grantee of list(node["grantee_roles"]).map(roleName)) for (const role of granted) this.membership(grantee, role, node["is_grant"] === true);
    },
    CreateFunctionStmt: (node) => {
      const parameters = list(node["parameters"]).map((one) => record(record(one)["FunctionParameter"]));
      const inputs = parameters.filter(({ mode }) => mode !== "FUNC_PARAM_OUT" && mode !== "FUNC_PARAM_TABLE").map(({ argType }) => typeName(argType));
      const returned = list(record(node["returnType"])["names"]).map(text).at(-1) ?? "";
      this.functions.set(`${this.named(node["funcname"])}(${inputs.join(", ")})`, {
        definer: isTrue(option(node["options"], "security")),
        // The REST API offers none of these.
        trigger: returned === "trigger" || returned === "event_trigger",
        file: this.file(),
      });
    },
    AlterFunctionStmt: (node) => {
      const security = option(node["actions"], "security");
      if (security === undefined) return;
      const found = this.matching(node["func"]);
      // One that no migration made: whether it is a trigger's is not known.
      for (const name of found.length > 0 ? found : [this.signature(node["func"])]) {
        this.functions.set(name, { trigger: this.functions.get(name)?.trigger ?? false, definer: isTrue(security), file: this.file() });
      }
    },
    CreateExtensionStmt: (node) => {
      const name = String(node["extname"]);
      this.extension(name, option(node["options"], "schema") === undefined ? this.schema() : text(option(node["options"], "schema")));
    },
    AlterObjectSchemaStmt: (node) => {
      const into = String(node["newschema"]);
      if (node["objectType"] === "OBJECT_EXTENSION") this.extension(text(node["object"]), into);
      if (!isFunction(node["objectType"])) return;
      for (const name of this.matching(node["object"])) this.renamed(name, name.replace(/^[^.]*/, () => into));
    },
    RenameStmt: (node) => {
      if (!isFunction(node["renameType"])) return;
      for (const name of this.matching(node["object"])) this.renamed(name, name.replace(/\.[^(]*/, () => `.${String(node["newname"])}`));
    },
    DropStmt: (node) => {
      for (const object of list(node["objects"])) {
        if (node["removeType"] === "OBJECT_EXTENSION") this.extensions.delete(text(object));
        if (isFunction(node["removeType"])) for (const name of this.matching(object)) this.functions.delete(name);
        if (node["removeType"] === "OBJECT_SCHEMA") for (const name of [...this.functions.keys()]) if (name.startsWith(`${text(object)}.`)) this.functions.delete(name);
      }
    },
  };

  private role(role: string, options: unknown): void {
    for (const attribute of attributes) {
      const given = option(options, attribute);
      if (given === undefined) continue;
      const word = words[attribute] ?? attribute;
      if (!isTrue(given)) this.roles.delete(`${role} ${attribute}`);
      else this.roles.set(`${role} ${attribute}`, { file: this.file(), what: `role ${role} with ${word}, which passes row level security`, instead: `alter role ${role} no${word}` });
    }
    // `create role x in role y`, `create role x role y`.
    for (const other of items(option(options, "addroleto")).map(roleName)) this.membership(role, other, true);
    for (const word of ["rolemembers", "adminmembers"]) {
      for (const member of items(option(options, word)).map(roleName)) this.membership(member, role, true);
    }
  }

  /** Whoever is a member of a role can do what it can. The callers among themselves are Supabase's own. */
  private membership(grantee: string, role: string, given: boolean): void {
    const key = `${grantee} in ${role}`;
    if (!given) this.roles.delete(key);
    else if (callers.includes(grantee) && !(grantee === "authenticator" && callers.includes(role)))
      this.roles.set(key, { file: this.file(), what: `${role} granted to ${grantee}, for which the REST API works`, instead: `revoke ${role} from ${grantee}, and grant what it needs on tables and functions` });
  }

  private extension(name: string, schema: string): void {
    if (schema !== "public") this.extensions.delete(name);
    else
      this.extensions.set(name, {
        file: this.file(),
        what: `extension ${name} in schema public, where its tables have no row level security and its functions are offered`,
        instead: `create extension ${name} with schema extensions`,
      });
  }

  private renamed(from: string, to: string): void {
    const found = this.functions.get(from);
    if (found === undefined) return;
    this.functions.delete(from);
    this.functions.set(to, { ...found, file: this.file() });
  }

  /** Of the functions that are there, those that `f(int)`, or `f` for any arguments, means. */
  private matching(object: unknown): string[] {
    const wanted = record(record(object)["ObjectWithArgs"] ?? object);
    if (wanted["args_unspecified"] !== true && wanted["objargs"] === undefined && wanted["objfuncargs"] === undefined) {
      const [exact, base] = [`${this.named(wanted["objname"])}()`, `${this.named(wanted["objname"])}(`];
      return this.functions.has(exact) ? [exact] : [...this.functions.keys()].filter((name) => name.startsWith(base));
    }
    if (wanted["args_unspecified"] === true) return [...this.functions.keys()].filter((name) => name.startsWith(`${this.named(wanted["objname"])}(`));
    const exact = this.signature(object);
    return this.functions.has(exact) ? [exact] : [];
  }

  private signature(object: unknown): string {
    const wanted = record(record(object)["ObjectWithArgs"] ?? object);
    return `${this.named(wanted["objname"])}(${list(wanted["objargs"]).map((one) => typeName(record(one)["TypeName"])).join(", ")})`;
  }

  private named(path: unknown): string {
    const parts = list(path).map(text);
    return parts.length > 1 ? parts.slice(-2).join(".") : `${this.schema()}.${parts[0] ?? ""}`;
  }
}

function typeName(type: unknown): string {
  const { names, arrayBounds } = record(type);
  return `${list(names).map(text).at(-1) ?? ""}${list(arrayBounds).map(() => "[]").join("")}`;
}

function isTrue(argument: unknown): boolean {
  const given = record(argument);
  return record(given["Boolean"])["boolval"] === true || record(given["Integer"])["ival"] === 1;
}

function isFunction(kind: unknown): boolean {
  return ["OBJECT_FUNCTION", "OBJECT_PROCEDURE", "OBJECT_ROUTINE"].includes(String(kind));
}
