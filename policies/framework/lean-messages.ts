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

/** An `AnalyzeRequest` or an `AnalyzerResource`: the second has fields that the first has not. @throws when the bytes are not one, whole */
export function readResource(bytes: Uint8Array): LeanResource {
  const reader = readerOf(bytes);
  return resource(reader, reader.len);
}

/** An `AnalyzeStackRequest`. @throws when the bytes are not one, whole */
export function readStack(bytes: Uint8Array): LeanStack {
  const reader = readerOf(bytes);
  const resources: LeanResource[] = [];
  eachField(reader, reader.len, { [long(1)]: () => resources.push(resource(reader, endOf(reader, reader.len))) });
  return { getResourcesList: () => resources };
}

function readerOf(bytes: Uint8Array): Reader {
  return Reader.create(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
}

function resource(reader: Reader, end: number): LeanResource {
  let [type, urn, name, parent] = ["", "", "", ""];
  const dependencies: string[] = [];
  let properties: Record<string, unknown> | undefined;
  let options: LeanOptions | undefined;
  eachField(reader, end, {
    [long(1)]: () => (type = text(reader, end)),
    [long(2)]: () => (properties = struct(reader, endOf(reader, end))),
    [long(3)]: () => (urn = text(reader, end)),
    [long(4)]: () => (name = text(reader, end)),
    [long(5)]: () => (options = leanOptions(reader, endOf(reader, end))),
    [long(7)]: () => (parent = text(reader, end)),
    [long(8)]: () => dependencies.push(text(reader, end)),
  });
  const [read, told] = [properties ?? missing("properties"), options ?? missing("options")];
  return {
    getType: () => type,
    getUrn: () => urn,
    getName: () => name,
    getProperties: () => ({ toJavaScript: () => read }),
    getOptions: () => told,
    getProvider: () => undefined,
    getPropertydependenciesMap: () => undefined,
    getParent: () => parent,
    getDependenciesList: () => dependencies,
  };
}

function leanOptions(reader: Reader, end: number): LeanOptions {
  const [ignored, secret, aliases]: [string[], string[], string[]] = [[], [], []];
  let [protect, deleteFirst, isDefined] = [false, false, false];
  let timeouts: ReturnType<LeanOptions["getCustomtimeouts"]>;
  let parent = "";
  eachField(reader, end, {
    [short(1)]: () => (protect = reader.bool()),
    [long(2)]: () => ignored.push(text(reader, end)),
    [short(3)]: () => (deleteFirst = reader.bool()),
    [short(4)]: () => (isDefined = reader.bool()),
    [long(5)]: () => secret.push(text(reader, end)),
    [long(6)]: () => aliases.push(text(reader, end)),
    [long(7)]: () => (timeouts = AnalyzerResourceOptions.CustomTimeouts.deserializeBinary(reader.bytes())),
    [long(8)]: () => (parent = text(reader, end)),
  });
  return {
    getProtect: () => protect,
    getIgnorechangesList: () => ignored,
    getDeletebeforereplace: () => deleteFirst,
    getDeletebeforereplacedefined: () => isDefined,
    getAdditionalsecretoutputsList: () => secret,
    getAliasesList: () => aliases,
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
    if (reader.uint32() !== long(1)) wrong("a Struct has only its entries");
    let key = "";
    let content: unknown;
    const endOfEntry = endOf(reader, end);
    while (reader.pos < endOfEntry) {
      const tag = reader.uint32();
      if (tag === long(1)) key = text(reader, endOfEntry);
      else if (tag === long(2)) content = value(reader, endOf(reader, endOfEntry));
      else wrong("an entry of a Struct has only a name and a value");
    }
    if (content === undefined) wrong(`"${key}" has no value`);
    // It would become the object's prototype, and what it says would hold for the other properties.
    if (key === "__proto__") wrong('a property is named "__proto__"');
    made[key] = content;
  }
  return ended(reader, end, made);
}

/** A `Value`: one field, which says of what kind it is. A kind that is not known is refused: what it holds would not be judged. */
function value(reader: Reader, end: number): unknown {
  let made: unknown;
  while (reader.pos < end) {
    switch (reader.uint32()) {
      case short(1):
        reader.uint32();
        made = null;
        break;
      case eight(2):
        made = reader.double();
        break;
      case long(3):
        made = text(reader, end);
        break;
      case short(4):
        made = reader.bool();
        break;
      case long(5):
        made = struct(reader, endOf(reader, end));
        break;
      case long(6):
        made = list(reader, endOf(reader, end));
        break;
      default:
        wrong("a value of an unknown kind");
    }
  }
  return ended(reader, end, made === undefined ? wrong("a value without a kind") : made);
}

function list(reader: Reader, end: number): unknown[] {
  const made: unknown[] = [];
  while (reader.pos < end) {
    if (reader.uint32() !== long(1)) wrong("a list has only its values");
    made.push(value(reader, endOf(reader, end)));
  }
  return ended(reader, end, made);
}

/** What stands before a field that is a number or a flag, one of eight bytes, and a text or a message. */
function short(field: number): number {
  return field << 3;
}
function eight(field: number): number {
  return (field << 3) | 1;
}
function long(field: number): number {
  return (field << 3) | 2;
}

/** Where what begins with its length here ends. @throws when that is behind the end of what it is a part of */
function endOf(reader: Reader, within: number): number {
  const length = reader.uint32();
  const end = reader.pos + length;
  return end > within ? wrong("a part is longer than the whole") : end;
}

/** protobufjs's own reads on to the end of the bytes, and takes what is there. */
function text(reader: Reader, within: number): string {
  const end = endOf(reader, within);
  const read = (reader.buf as Buffer).toString("utf8", reader.pos, end);
  reader.pos = end;
  return read;
}

/** @param take reads a field, by what stands before it; a field of another number is skipped, as a newer engine may send more */
function eachField(reader: Reader, end: number, take: Readonly<Record<number, () => unknown>>): void {
  while (reader.pos < end) {
    const tag = reader.uint32();
    const read = take[tag];
    if (read !== undefined) read();
    else if (kinds.some((kind) => kind(tag >>> 3) in take)) wrong(`field ${tag >>> 3} is of another kind`);
    else reader.skipType(tag & 7);
  }
  ended(reader, end, undefined);
}

const kinds = [short, eight, long];

function ended<Made>(reader: Reader, end: number, made: Made): Made {
  return reader.pos === end ? made : wrong("a part is longer than the whole");
}

function missing(field: string): never {
  return wrong(`no ${field}`);
}

/** @throws the message, without a value of it */
function wrong(what: string): never {
  throw new Error(`CHI-P005 the engine's question could not be read: ${what}`);
}
