/**
 * The engine's questions, read from their bytes straight into what the judging code asks of them. google-protobuf makes an object, a map and an
 * array of each value before it makes the JavaScript value of it: that was a quarter of a pack's processor time (docs/adr/0008-policy-packs.md).
 * Layout: analyzer.proto of Pulumi 3.250 and google/protobuf/struct.proto; lean-messages.test.ts compares with the generated code.
 */
import { AnalyzerResourceOptions } from "@pulumi/pulumi/proto/analyzer_pb";
import { Reader } from "protobufjs/minimal";

/** What the judging code asks of a resource, both of `AnalyzeRequest` and of `AnalyzerResource`. */
export interface LeanResource {
  getType(): string;
  getUrn(): string;
  getName(): string;
  getProperties(): { toJavaScript(): Record<string, unknown> };
  getOptions(): LeanOptions;
  /** None of our policies sees a provider, or which property a dependency is for (pack.ts): they are not read. */
  getProvider(): undefined;
  getPropertydependenciesMap(): undefined;
  getParent(): string;
  getDependenciesList(): string[];
}

type LeanOptions = Omit<Pick<AnalyzerResourceOptions, keyof AnalyzerResourceOptions & `get${string}`>, "getJsPbMessageId" | "getExtension">;

export interface LeanStack {
  getResourcesList(): LeanResource[];
}

/** An `AnalyzeRequest` or an `AnalyzerResource`: the second has fields that the first has not. @throws when the bytes are not one */
export function readResource(bytes: Uint8Array): LeanResource {
  const reader = Reader.create(bytes);
  return resource(reader, reader.len);
}

/** An `AnalyzeStackRequest`. @throws when the bytes are not one */
export function readStack(bytes: Uint8Array): LeanStack {
  const reader = Reader.create(bytes);
  const resources: LeanResource[] = [];
  eachField(reader, reader.len, (field) => field === 1 && resources.push(resource(reader, endOf(reader))));
  return { getResourcesList: () => resources };
}

function resource(reader: Reader, end: number): LeanResource {
  const texts = ["", "", "", ""];
  const dependencies: string[] = [];
  let properties: Record<string, unknown> = {};
  let options = leanOptions(reader, reader.pos);
  eachField(reader, end, (field) => {
    const text = textFields.indexOf(field);
    if (text >= 0) texts[text] = reader.string();
    else if (field === 2) properties = struct(reader, endOf(reader));
    else if (field === 5) options = leanOptions(reader, endOf(reader));
    else if (field === 8) dependencies.push(reader.string());
    else return false;
    return true;
  });
  const [type = "", urn = "", name = "", parent = ""] = texts;
  return {
    getType: () => type,
    getUrn: () => urn,
    getName: () => name,
    getProperties: () => ({ toJavaScript: () => properties }),
    getOptions: () => options,
    getProvider: () => undefined,
    getPropertydependenciesMap: () => undefined,
    getParent: () => parent,
    getDependenciesList: () => dependencies,
  };
}

/** type, urn, name and parent. */
const textFields = [1, 3, 4, 7];

function leanOptions(reader: Reader, end: number): LeanOptions {
  const lists: Record<2 | 5 | 6, string[]> = { 2: [], 5: [], 6: [] };
  const flags: Record<1 | 3 | 4, boolean> = { 1: false, 3: false, 4: false };
  let timeouts: ReturnType<LeanOptions["getCustomtimeouts"]>;
  let parent = "";
  eachField(reader, end, (field) => {
    if (field === 1 || field === 3 || field === 4) flags[field] = reader.bool();
    else if (field === 2 || field === 5 || field === 6) lists[field].push(reader.string());
    else if (field === 7) timeouts = AnalyzerResourceOptions.CustomTimeouts.deserializeBinary(reader.bytes());
    else if (field === 8) parent = reader.string();
    else return false;
    return true;
  });
  return {
    getProtect: () => flags[1],
    getIgnorechangesList: () => lists[2],
    getDeletebeforereplace: () => flags[3],
    getDeletebeforereplacedefined: () => flags[4],
    getAdditionalsecretoutputsList: () => lists[5],
    getAliasesList: () => lists[6],
    getCustomtimeouts: () => timeouts,
    getParent: () => parent,
  };
}

/*
 * From here on plain loops: this is where the time goes, in a process that ends before its code is compiled well.
 */

/** A `Struct`: a map from names to values, which is a list of entries. */
function struct(reader: Reader, end: number): Record<string, unknown> {
  const made: Record<string, unknown> = {};
  while (reader.pos < end) {
    const tag = reader.uint32();
    if (tag !== message(1)) {
      reader.skipType(tag & 7);
      continue;
    }
    let key = "";
    let content: unknown;
    const endOfEntry = endOf(reader);
    while (reader.pos < endOfEntry) {
      const part = reader.uint32();
      if (part === message(1)) key = reader.string();
      else if (part === message(2)) content = value(reader, endOf(reader));
      else reader.skipType(part & 7);
    }
    made[key] = content;
  }
  return made;
}

/** A `Value`: one field, which says of what kind it is. */
function value(reader: Reader, end: number): unknown {
  let made: unknown;
  while (reader.pos < end) {
    const tag = reader.uint32();
    switch (tag >>> 3) {
      case 1:
        reader.skipType(tag & 7);
        made = null;
        break;
      case 2:
        made = reader.double();
        break;
      case 3:
        made = reader.string();
        break;
      case 4:
        made = reader.bool();
        break;
      case 5:
        made = struct(reader, endOf(reader));
        break;
      case 6:
        made = list(reader, endOf(reader));
        break;
      default:
        reader.skipType(tag & 7);
    }
  }
  return made;
}

function list(reader: Reader, end: number): unknown[] {
  const made: unknown[] = [];
  while (reader.pos < end) {
    const tag = reader.uint32();
    if (tag === message(1)) made.push(value(reader, endOf(reader)));
    else reader.skipType(tag & 7);
  }
  return made;
}

/** What stands before a field that is a text or a message. */
function message(field: number): number {
  return (field << 3) | 2;
}

/** Where what begins with its length here ends. */
function endOf(reader: Reader): number {
  const length = reader.uint32();
  return reader.pos + length;
}

/** @param take reads a field, and says whether it did: what it does not know is skipped, as a newer engine may send more */
function eachField(reader: Reader, end: number, take: (field: number) => unknown): void {
  while (reader.pos < end) {
    const tag = reader.uint32();
    if (take(tag >>> 3) === false) reader.skipType(tag & 7);
  }
}
