/** What cannot be read from a statement's tree: code in texts, and statements whose effect is decided elsewhere. */
import { items, list, nodesOf, option, record, text, type Node } from "./tree";

/** What in a block of code would change tables or who passes their security: its text is not parsed as SQL. */
const changesTables = new RegExp(
  [
    /\b(create|alter|drop)\s+(or\s+replace\s+)?(\w+\s+)?(table|policy|view|schema|extension|function|procedure|routine|rule)\b/,
    /\bimport\s+foreign\s+schema\b|\brow\s+level\s+security\b|\binto\s+table\b|\bset\s+(local\s+|session\s+)?search_path\b/,
    // Rights that pass row level security; a grant without `on` is a membership.
    /\b(bypassrls|superuser)\b|\bgrant\s+(?:(?!\bon\b)[\w",\s])+\bto\s+"?(anon|authenticated|authenticator|public)\b/,
  ]
    .map(({ source }) => source)
    .join("|"),
  "i",
);
/** A statement made at run time, up to its end; `execute function` and `grant execute on` are no such. */
const dynamic = /\bexecute\b(?!\s+(?:on|function|procedure)\b)([^;]*)/gi;
/** Begins so, and changes no table. */
const harmless = /^[\s(]*(?:(?:pg_catalog\s*\.\s*)?format\s*\(\s*)?'\s*(?:grant|revoke|comment|set|(?:create|alter|drop)\s+role)\b/i;
/** Code of SQL: there, `select … into` makes a table, which in PL/pgSQL it does not. */
const intoTable = /(?<!\b(?:insert|merge)\s+)\binto\b/i;

/** Whether code of PL/pgSQL or SQL may change tables. */
export function isOpaque(code: string, language = "plpgsql"): boolean {
  // Texts and comments in one pass: either may hold the other's mark.
  const uncommented = code.replace(/'(?:[^']|'')*'|--[^\n]*|\/\*[\s\S]*?\*\//g, (found) => (found.startsWith("'") ? found : " "));
  const withoutTexts = uncommented.replace(/'(?:[^']|'')*'/g, "''");
  if (changesTables.test(withoutTexts) || (language === "sql" && intoTable.test(withoutTexts)) || callsWithText.test(uncommented)) return true;
  return [...uncommented.matchAll(dynamic)].some(([, statement = ""]) => !isHarmless(statement));
}

/** One whole text, to which only names (`%I`) are added: what else is added could be another statement. */
function isHarmless(statement: string): boolean {
  const isWhole = (statement.match(/'/g) ?? []).length % 2 === 0;
  return isWhole && harmless.test(statement) && !/\|\||%(?:\d+\$)?-?\d*[sL]|\bconcat/i.test(statement) && !changesTables.test(statement);
}

/** Functions that run a text as SQL, of PostgreSQL and of the extensions that Supabase offers; and the one that moves the search path. */
const runsText = /^(?:dblink(?:_exec|_open|_send_query)?|(?:query|cursor|table|schema|database)_to_xml\w*|schedule|schedule_in_database|alter_job|set_config)$/;

/** The same in code, which is not parsed. */
const callsWithText = /\b(?:dblink(?:_exec|_open|_send_query)?|(?:query|cursor|table|schema|database)_to_xml\w*|cron\s*\.\s*\w+)\s*\(|\bset_config\s*\(\s*'search_path'/i;

/** A call, in a statement, of a function that runs a text, or with a text that would change tables; undefined where there is none. */
export function opaqueCall(statement: Node): string | undefined {
  for (const call of nodesOf("FuncCall", statement).concat("funccall" in statement ? [record(statement["funccall"])] : [])) {
    const name = list(call["funcname"]).map(text);
    const texts = nodesOf("sval", list(call["args"])).map(({ sval }) => String(sval));
    if (runsText.test(name.at(-1) ?? "") || texts.some((one) => changesTables.test(one))) return `a call of ${name.join(".")}, which runs a text or changes the search path`;
  }
  return undefined;
}

/** What in a function's body cannot be followed; undefined where it changes no table. */
export function opaqueFunction(node: Node): string | undefined {
  const name = list(node["funcname"]).map(text).join(".");
  const kind = node["is_procedure"] === true ? "procedure" : "function";
  // `begin atomic … end` and `return …`: parsed when the function is made, and then neither holds anything but queries and changes of rows.
  if (node["sql_body"] !== undefined) return undefined;
  const language = text(option(node["options"], "language") ?? {}).toLowerCase();
  if (language !== "sql" && language !== "plpgsql") return `${kind} ${name} in the language ${language}`;
  return isOpaque(items(option(node["options"], "as")).map(text).join("\n"), language) ? `${kind} ${name}, which may change tables or rights whenever it is called` : undefined;
}

/** Whose text is in the tree as a whole, and changes no table, no policy, no function's rights and nobody's. Other kinds cannot be judged. */
export const harmlessKinds: ReadonlySet<string> = new Set([
  "AlterCollationStmt", "AlterDefaultPrivilegesStmt", "AlterDomainStmt", "AlterEnumStmt", "AlterOperatorStmt", "AlterOpFamilyStmt", "AlterPublicationStmt",
  "AlterRoleSetStmt", "AlterSeqStmt", "AlterStatsStmt", "AlterTSConfigurationStmt", "AlterTSDictionaryStmt", "AlterTypeStmt", "CheckPointStmt", "ClusterStmt",
  "CommentStmt", "CompositeTypeStmt", "ConstraintsSetStmt", "CreateCastStmt", "CreateConversionStmt", "CreateDomainStmt", "CreateEnumStmt", "CreateFdwStmt",
  "CreateForeignServerStmt", "CreateOpClassStmt", "CreateOpFamilyStmt", "CreatePublicationStmt", "CreateRangeStmt", "CreateSeqStmt", "CreateStatsStmt",
  "CopyStmt", "CreateEventTrigStmt", "CreateTrigStmt", "CreateUserMappingStmt", "DefineStmt", "DeleteStmt", "DiscardStmt", "ExecuteStmt", "GrantStmt", "IndexStmt", "InsertStmt", "LockStmt",
  "MergeStmt", "NotifyStmt", "PrepareStmt", "ReindexStmt", "RefreshMatViewStmt", "SecLabelStmt", "TruncateStmt", "UpdateStmt", "VacuumStmt", "VariableShowStmt",
]);
