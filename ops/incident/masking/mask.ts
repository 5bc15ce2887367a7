/**
 * Takes secrets out of what is written into an incident's journal: commands and what people type. In doubt it masks: a word that is missing
 * in a timeline costs less than a key in it.
 */
import { configurationKeyNames, configurationKeys } from "../../../config/stack-configuration-keys";
import { knownSecrets } from "./known-secrets";
import { maskProse } from "./prose";

export const masked = "[masked]";

/** The last part of a name whose value is secret: `--access-token`, `dbPassword=`, `chisan:slackToken`. */
const secretName = String.raw`(?:pass(?:word|wd|phrase)|pwd|secret|token|credentials?|identity|dsn|authorization|(?:api|access|private|secret|service|role|anon|encryption|signing|sas)[-_]?key(?:[-_]?id)?|connection[-_]?string|database[-_]?url|signature|비밀번호|암호|토큰)`;
const secretOption = new RegExp(`^--?[A-Za-z0-9:_.-]*?${secretName}$`, "i");
const secretAssignment = new RegExp(String.raw`(${secretName}["']?\s*[=:]\s*["']?)(?:(?:bearer|basic)\s+)?[^\s"'&,;]+`, "gi");
const secretKeys = new Set<string>(configurationKeyNames.filter((name) => configurationKeys[name].secret).flatMap((name) => [name, `chisan:${name}`]));

/** Forms of credentials: vendors' prefixes, keys, tokens. */
const credentials = [
  /-----BEGIN [A-Z ]+-----[\s\S]*?(?:-----END [A-Z ]+-----|$)/g,
  /AGE-SECRET-KEY-[A-Z0-9-]+/gi,
  /\beyJ[\w-]{8,}(?:\.[\w-]*)*/g,
  /\b(?:sbp|sb_secret|gh[pousr]|github_pat|vc[pka]|sntry[su]|[sr]k|npm|cf[ua]t)_\w{8,}/g,
  /\b(?:pul|glpat|sk)-[\w-]{16,}/g,
  /\bxox[a-z]-[\w-]+/g,
  /\bxapp-[\w-]+/g,
  /\bGOCSPX-[\w-]+/g,
  /\bya29\.[\w.-]+/g,
  /\bAIza[\w-]{20,}/g,
  /\bA(?:KIA|SIA)[A-Z0-9]{12,}/g,
  /hooks\.slack\.com\/services\/[\w/-]+/g,
  // SHA-256 in hexadecimal is the form of an R2 secret (design fact 10); of an image it stands behind `sha256:`.
  /(?<!sha256:)(?<![0-9a-f])[0-9a-f]{64}(?![0-9a-f])/gi,
];
/** Long and mixed: no word, no path, no commit (40 hexadecimal digits), no id of a backup. */
const longWord = /[A-Za-z0-9_+-]{24,}={0,2}/g;

export type Mask = (text: string) => string;

/** @param environment whose secret values are masked wherever they stand */
export function maskFor(environment: NodeJS.ProcessEnv): Mask {
  const known = knownSecrets(environment);
  return (text) => {
    let result = text;
    for (const value of known) result = result.replaceAll(value, masked);
    result = result.replace(/([a-z][a-z0-9+.-]*:\/\/)([^\s"'<>]*)@/gi, withoutPassword);
    for (const form of credentials) result = result.replace(form, masked);
    result = maskProse(result, masked);
    result = result.replace(secretAssignment, (_, name: string) => `${name}${masked}`);
    return result.replace(longWord, (word) => (isMixed(word) ? masked : word));
  };
}

/** The command line that was typed, in a form that can be typed again, without its secrets. */
export function maskedCommand(program: string, args: readonly string[], environment: NodeJS.ProcessEnv): string {
  const mask = maskFor(withNamed(args, environment));
  let hidesNext = false;
  const shown = args.map((argument) => {
    const hidden = hidesNext;
    hidesNext = secretOption.test(argument) || secretKeys.has(argument);
    if (hidden) return masked;
    const [, name, sign] = /^([^=]+)(=)/.exec(argument) ?? [];
    if (name !== undefined && sign !== undefined && (secretOption.test(name) || secretKeys.has(name))) return `${name}=${masked}`;
    return quoted(mask(argument));
  });
  // Once more as a whole: a secret with a blank in it may have come as two arguments.
  return mask([program, ...shown].join(" "));
}

/** `--to-url-env MY_URL` names a variable whose value is secret whatever its name is. */
function withNamed(args: readonly string[], environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const named = args.flatMap((argument, index) => (/^--[a-z-]+-env$/.test(argument) ? [args[index + 1] ?? ""] : (/^--[a-z-]+-env=(.+)$/.exec(argument)?.slice(1, 2) ?? [])));
  return { ...environment, ...Object.fromEntries(named.map((name) => [`SECRET_${name}`, environment[name]])) };
}

/** The greedy match above ends at the last @: passwords may hold one. */
function withoutPassword(_: string, scheme: string, user: string): string {
  const colon = user.indexOf(":");
  const before = colon < 0 ? user : user.slice(0, colon);
  // An address of which the @ is in the path: nothing before the first slash is a password.
  if (colon < 0 && before.includes("/")) return `${scheme}${user}@`;
  return colon < 0 ? `${scheme}${masked}@` : `${scheme}${before}:${masked}@`;
}

function isMixed(word: string): boolean {
  if (word.startsWith("team_")) return false;
  return /[a-z]/.test(word) && /[A-Z]/.test(word) && /\d/.test(word);
}

function quoted(argument: string): string {
  return /^[\w@%+=:,./[\]-]+$/.test(argument) ? argument : `'${argument.replaceAll("'", `'\\''`)}'`;
}
