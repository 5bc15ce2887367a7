/** Validators that many types of the Google provider share, as its `verify` package has them. */
import * as net from "node:net";
import { length, match, test } from "../facts";

export { JSON_TEXT } from "../formats";

/** A Compute Engine resource name (RFC 1035 label, 1 to 63 characters). */
export const GCE_NAME = match(/^[a-z]([-a-z0-9]{0,61}[a-z0-9])?$/, "a name of 1 to 63 lower-case letters, digits and hyphens that starts with a letter and does not end with a hyphen");

/** An RFC 1035 label of the given length. */
export const rfc1035 = (min: number, max: number) => [
  length(min, max),
  match(/^[a-z]([-a-z0-9]*[a-z0-9])?$/, "lower-case letters, digits and hyphens, starting with a letter and not ending with a hyphen"),
];

/** A protobuf duration in seconds, as Cloud Run writes it. */
export const SECONDS = match(/^[0-9]+(\.[0-9]{1,9})?s$/, 'a duration in seconds such as "60s"');

export const BASE64 = match(/^([A-Za-z0-9+/]{4})*([A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/, "base64");

export const CIDR = test('an address range such as "10.8.0.0/26"', (value) => parseCidr(String(value)) !== undefined);

/** Private AS numbers of RFC 6996, and Google's 16550 for partner interconnects. */
export const PRIVATE_ASN = test("a private AS number (64512 to 65534, 4200000000 to 4294967294) or 16550", (value) => {
  const asn = Number(value);
  return (asn >= 64512 && asn <= 65534) || (asn >= 4_200_000_000 && asn <= 4_294_967_294) || asn === 16550;
});

/** Headers that Cloud Scheduler sets itself. */
export const HEADERS = test("headers without Content-Length, X-Google-… and X-AppEngine-…", (value) =>
  Object.keys(value ?? {}).every((name) => name !== "Content-Length" && !/(X-Google-|X-AppEngine-)/.test(name)),
);

const ID_4_TO_32 = /^(?!gcp-)[0-9a-z-]{4,32}$/;
export const PROVIDER_ID = match(ID_4_TO_32, 'an id of 4 to 32 lower-case letters, digits and hyphens that does not start with "gcp-"');
export const POOL_ID = test('an id of 4 to 32 lower-case letters, digits and hyphens that does not start with "gcp-"', (value) => ID_4_TO_32.test(String(value).replace(/\.svc\.id\.goog$/, "")));

const PROJECT = "(?:(?:[-a-z0-9]{1,63}\\.)*(?:[a-z](?:[-a-z0-9]{0,61}[a-z0-9])?):)?(?:[0-9]{1,19}|(?:[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?))";
export const PROJECT_ID = match(new RegExp(`^${PROJECT}$`), "a project id");
export const PROJECT_NAME = match(/^[A-Za-z0-9\-'"\s!]{4,30}$/, "a project name of 4 to 30 letters, digits, hyphens, quotes, spaces and exclamation marks");
export const ROLE_ID = match(/^[a-zA-Z0-9_.]{3,64}$/, "an id of 3 to 64 letters, digits, underscores and full stops");

export const SERVICE_DOMAIN = test("a service's domain such as \"run.googleapis.com\"", (value) => String(value).includes(".") && value !== "bigquery-json.googleapis.com");

export const MONITORING_ID = match(/^[a-zA-Z0-9\-_:.]+$/, "an id of letters, digits, hyphens, underscores, colons and full stops");

/** `kind:identity`, or one of the identities without a kind. */
export const MEMBER = match(
  /^(?!deleted).*(.+:.+|projectOwners|projectReaders|projectWriters|allUsers|allAuthenticatedUsers)/,
  'an IAM member such as "serviceAccount:name@project.iam.gserviceaccount.com"',
);

/** The full name of a service account: made by the user, by Compute Engine, or by a Google service. */
export const SERVICE_ACCOUNT_LINK = match(
  new RegExp(
    `projects/(${PROJECT}|-)/serviceAccounts/(${PROJECT}@[a-z]+.gserviceaccount.com$|[0-9]{1,20}-compute@developer.gserviceaccount.com|[a-z]([-a-z0-9]{4,28}[a-z0-9])?@[-a-z0-9.]{1,63}\\.iam\\.gserviceaccount\\.com$)`,
  ),
  "the full name of a service account (projects/…/serviceAccounts/…)",
);

/** Whether the first address range holds the second whole. Both as `address/prefix`; false when either is no range. */
export function contains(outer: string, inner: string): boolean {
  const [a, b] = [parseCidr(outer), parseCidr(inner)];
  if (!a || !b || a.family !== b.family || a.prefix > b.prefix) return false;
  const list = new net.BlockList();
  list.addSubnet(a.address, a.prefix, a.family);
  return list.check(b.address, b.family);
}

function parseCidr(text: string): { address: string; prefix: number; family: "ipv4" | "ipv6" } | undefined {
  const found = /^([^/]+)\/(\d{1,3})$/.exec(text);
  const address = found?.[1] ?? "";
  const prefix = Number(found?.[2]);
  const version = net.isIP(address);
  if (version === 0 || prefix > (version === 4 ? 32 : 128)) return undefined;
  return { address, prefix, family: version === 4 ? "ipv4" : "ipv6" };
}
