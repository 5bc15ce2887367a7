/** Whether a report is still what somebody signed. */
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { keyIdOf, signatureSchema, signerOf, type Signature, type Signer } from "../signature/signature";
import { reportJsonOf } from "./report-folder";
import { reportNames, reportSchema, type Report } from "./schema";
import { sha256 } from "./write-report";

export interface Verified {
  /** The JSON that was looked at. */
  readonly file: string;
  readonly report: Report;
  readonly signer: string;
  readonly keyId: string;
  /** Files beside the JSON that are what they were when it was signed. */
  readonly unchanged: readonly string[];
  /** Not there: nothing can be said of them. */
  readonly absent: readonly string[];
}

/**
 * @param named the report's JSON, its folder, or a file beside it
 * @throws CHI-H136 when a file is missing or cannot be understood; CHI-H132, CHI-H133; CHI-H137 when what lies beside was changed
 */
export function verifyReport(named: string, signers: readonly Signer[]): Verified {
  const file = reportJsonOf(named);
  const bytes = readBytes(file);
  const signature = readSignature(`${file}.sig`);
  const { name, publicKey } = signerWith(file, () => signerOf(bytes, signature, signers));
  const parsed = reportSchema.safeParse(jsonOf(bytes));
  if (!parsed.success) throw new Error(`CHI-H136 ${file} is signed by ${name}, but it is no report of a drill that this tool knows (${parsed.error.issues[0]?.path.join(".") ?? ""}): use the tool of its time`);
  const beside = Object.entries(parsed.data.renderings).map(([each, hash]) => ({ each, hash, path: join(dirname(file), each) }));
  const absent = beside.filter(({ path }) => !existsSync(path));
  const changed = beside.filter(({ path, hash }) => existsSync(path) && sha256(readFileSync(path)) !== hash);
  const publicKeyFile = join(dirname(file), reportNames.publicKey);
  if (existsSync(publicKeyFile) && readFileSync(publicKeyFile, "utf8") !== publicKey.export({ type: "spki", format: "pem" })) changed.push({ each: reportNames.publicKey, hash: "", path: publicKeyFile });
  if (changed.length > 0) throw new Error(`CHI-H137 ${changed.map(({ each }) => each).join(" and ")} beside ${file} is NOT what ${name} signed: it was changed; ${reportNames.json} itself is as signed`);
  return {
    file,
    report: parsed.data,
    signer: name,
    keyId: keyIdOf(publicKey),
    unchanged: beside.filter(({ path }) => existsSync(path)).map(({ each }) => each),
    absent: absent.map(({ each }) => each),
  };
}

/** Names the key beside the report where its signer is not known, and what that is worth. */
function signerWith(file: string, find: () => Signer): Signer {
  try {
    return find();
  } catch (error) {
    const beside = join(dirname(file), reportNames.publicKey);
    if (!(error instanceof Error) || !error.message.startsWith("CHI-H132") || !existsSync(beside)) throw error;
    throw new Error(`${error.message}; ${beside}, which came with the report, tells only whether it was changed since, not who signed it`);
  }
}

/** Whoever has a key may have signed anything with it. */
function jsonOf(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString("utf8"));
  } catch {
    return undefined;
  }
}

function readBytes(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (error) {
    throw new Error(`CHI-H136 ${file} cannot be read (${(error as NodeJS.ErrnoException).code ?? "unknown"}): give the path of a drill's ${reportNames.json}`);
  }
}

function readSignature(file: string): Signature {
  const text = readBytes(file).toString("utf8");
  try {
    return signatureSchema.parse(JSON.parse(text));
  } catch {
    throw new Error(`CHI-H136 ${file} is no signature of a report: it was changed; take it from where it was first kept`);
  }
}
