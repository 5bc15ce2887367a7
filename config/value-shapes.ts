/** The shapes of single configuration values: what each vendor accepts, and what would be accepted but is a mistake. */
import { hasHostBits, isNotPublic, parseCidr } from "./cidr";
import { gcpRegions } from "./allowed-values";
import { SecretText } from "./secret-text";
import { holdsAPlace, text, type Shape } from "./shape";

/** Cloudflare's account and zone ids. */
export const cloudflareId = text({
  allowed: "32 hexadecimal digits, lower case",
  placeholder: "<32 hexadecimal digits>",
  accepts: (id) => /^[0-9a-f]{32}$/.test(id),
  repair: (id) => id.trim().toLowerCase(),
});

/** Google's rule for project ids; "google" and "ssl" are reserved in them. */
export const gcpProjectId = text({
  allowed: 'a project id: 6 to 30 lower-case letters, digits and hyphens, a letter first, no hyphen last, without "google" and "ssl"',
  placeholder: "<project id>",
  accepts: (id) => /^[a-z][a-z0-9-]{4,28}[a-z0-9]$/.test(id) && !/google|ssl/.test(id),
  repair: (id) => id.trim().toLowerCase(),
});

/** A host name of at least two labels, in lower case, without scheme, port or path. */
export const hostName = text({
  allowed: "a domain name in lower case, without scheme, port, path or final dot",
  placeholder: "<domain>",
  accepts: isHostName,
  repair: bareHostName,
});

/** The domain whose Google accounts may sign in. A mail provider's would admit everybody. */
export const companyDomain = text({
  allowed: "the company's own mail domain in lower case, not one of a public mail provider, not a reserved one",
  placeholder: "<company domain>",
  accepts: (domain) => isHostName(domain) && !publicMailDomains.has(domain) && !isReservedDomain(domain),
  repair: (domain) => bareHostName(domain.replace(/^.*@/, "")),
});

export const vercelTeamId = text({
  allowed: "a team's id, team_ followed by 24 letters and digits (Vercel → team settings → General)",
  placeholder: "<team_…>",
  accepts: (id) => /^team_[A-Za-z0-9]{24}$/.test(id),
});

export const supabaseOrganizationId = text({
  allowed: "an organization's slug: 3 to 63 lower-case letters, digits and hyphens (the last part of its dashboard address)",
  placeholder: "<organization slug>",
  accepts: (id) => /^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$/.test(id),
  repair: (id) => id.trim().replace(/\/+$/, "").replace(/^.*\//, "").toLowerCase(),
});

export const googleClientId = text({
  allowed: "an OAuth client id: <digits>-<letters and digits>.apps.googleusercontent.com",
  placeholder: "<client id>",
  accepts: (id) => /^\d{6,}-[a-z0-9]+\.apps\.googleusercontent\.com$/.test(id),
});

export const githubRepository = text({
  allowed: "owner/name",
  placeholder: "<owner/name>",
  accepts: (name) => /^[A-Za-z0-9](?:[A-Za-z0-9-]{0,37}[A-Za-z0-9])?\/[A-Za-z0-9_.-]{1,100}$/.test(name) && !name.endsWith(".git"),
  repair: (name) =>
    name
      .trim()
      .replace(/^(?:https:\/\/github\.com\/|git@github\.com:)/, "")
      .replace(/(?:\.git|\/)$/, ""),
});

/** A number that GitHub gave: unlike a name, it never passes to another repository or account. */
export const githubId = (of: "repository" | "owner"): Shape<string> =>
  text({
    allowed: `GitHub's number of the ${of}, digits only (gh api repos/<owner>/<name> --jq ${of === "owner" ? ".owner.id" : ".id"})`,
    placeholder: `<number of the ${of}>`,
    accepts: (id) => /^[1-9]\d{0,18}$/.test(id),
  });

/** An image whose content cannot change under its name: by digest, or by a tag that names one build. */
export const containerImage = text({
  allowed:
    `an image in Artifact Registry (${gcpRegions.join(", ")}) that cannot change: ` +
    "<region>-docker.pkg.dev/<project>/<repository>/<image>@sha256:<64 digits>, or with a tag that is a commit (7 to 40 hexadecimal digits) or a version (v1.2.3)",
  placeholder: "<region>-docker.pkg.dev/<project>/<repository>/<image>@sha256:<digest>",
  accepts: (image) => imagePattern.test(image),
});
const imagePattern = new RegExp(
  `^(?:${gcpRegions.join("|")})-docker\\.pkg\\.dev/[a-z][a-z0-9-]{4,28}[a-z0-9](?:/[a-z0-9]+(?:[._-][a-z0-9]+)*){2,}` +
    "(?:@sha256:[0-9a-f]{64}|:(?:[0-9a-f]{7,40}|v?\\d+\\.\\d+\\.\\d+))$",
);

/** R2's rule for names, and that it is no other environment's name: the Cloudflare account is shared. */
export function bucket(own: string, others: readonly string[]): Shape<string> {
  return text({
    allowed: `3 to 63 lower-case letters, digits and hyphens, no hyphen first or last, and no other environment's bucket (${others.join(", ")})`,
    placeholder: own,
    accepts: (name) => /^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$/.test(name) && !others.includes(name),
    repair: (name) =>
      others.includes(name)
        ? own
        : name
            .trim()
            .toLowerCase()
            .replace(/[_.\s]+/g, "-"),
  });
}

/** A revision of a Cloud Run service: a DNS label that begins with the service's name. */
export function revisionOf(service: string): Shape<string> {
  return text({
    allowed: `a revision of this service: ${service}- and more, 63 lower-case letters, digits and hyphens at most`,
    placeholder: `<${service}-…>`,
    accepts: (name) => name.startsWith(`${service}-`) && /^[a-z][a-z0-9-]{0,61}[a-z0-9]$/.test(name) && name.length > service.length + 1,
  });
}

/** A range that may reach the database. Wide ranges are refused: two halves of the Internet are as open as the whole. */
export const operatorCidr = text({
  allowed: "a public range a.b.c.d/n with n of 16 to 32, or an IPv6 one with n of 32 to 128, no address bits after the prefix",
  placeholder: "<a.b.c.d/n>",
  accepts: (range) => {
    const cidr = parseCidr(range);
    return cidr !== undefined && cidr.prefix >= (cidr.version === 4 ? 16 : 32) && !hasHostBits(cidr) && !isNotPublic(cidr);
  },
  // One address without a prefix is what people mean most often.
  repair: (range) => (range.includes("/") ? range.trim() : `${range.trim()}/${range.includes(":") ? 128 : 32}`),
});

/** Google accepts 6 to 30 characters as an account's id. */
export const serviceAccountEmail = text({
  allowed: "the e-mail address of a service account: <id>@<project>.iam.gserviceaccount.com",
  placeholder: "<id>@<project>.iam.gserviceaccount.com",
  accepts: (address) => /^[a-z][a-z0-9-]{4,28}[a-z0-9]@[a-z][a-z0-9-]{4,28}[a-z0-9]\.iam\.gserviceaccount\.com$/.test(address),
});

/** A bucket at Google: what a job can reach as itself, without a further credential. */
export const stateBackend = text({
  allowed: "gs://<bucket>",
  placeholder: "gs://<bucket>",
  accepts: (url) => /^gs:\/\/[a-z0-9][a-z0-9._-]{1,61}[a-z0-9]$/.test(url),
});

export const emailAddress = text({
  allowed: "an e-mail address",
  placeholder: "<e-mail address>",
  accepts: (address) => {
    const [local, domain, ...rest] = address.split("@");
    return (
      rest.length === 0 &&
      local !== undefined &&
      /^[A-Za-z0-9._%+-]{1,64}$/.test(local) &&
      domain !== undefined &&
      isHostName(domain) &&
      !isReservedDomain(domain)
    );
  },
});

/** In lower case, because the vendors make it so: another spelling would be a change at every `up`, and hide that a person is named twice. */
export const memberAddress = text({
  allowed: "an e-mail address in lower case",
  placeholder: "<e-mail address>",
  accepts: (address) => {
    const [local, domain, ...rest] = address.split("@");
    const known = local !== undefined && domain !== undefined && rest.length === 0;
    return known && /^[a-z0-9._%+-]{1,64}$/.test(local) && isHostName(domain) && !isReservedDomain(domain);
  },
  repair: (address) => address.trim().toLowerCase(),
});

/** A team of the GitHub organization, as its address names it: https://github.com/orgs/<organization>/teams/<team>. */
export const githubTeam = text({
  allowed: "a team's slug: lower-case letters, digits and hyphens, no hyphen first or last",
  placeholder: "<team>",
  accepts: (slug) => /^[a-z0-9](?:[a-z0-9-]{0,98}[a-z0-9])?$/.test(slug),
  repair: (slug) =>
    slug
      .trim()
      .replace(/^.*\//, "")
      .toLowerCase(),
});

/** Of Google's Cloud Billing account: https://cloud.google.com/billing/docs/how-to/find-billing-account-id */
export const billingAccountId = text({
  allowed: "a billing account's id: three groups of 6 digits or letters A to F, in capitals, with hyphens between (gcloud billing accounts list)",
  placeholder: "<billing account>",
  accepts: (id) => /^[0-9A-F]{6}-[0-9A-F]{6}-[0-9A-F]{6}$/.test(id),
  repair: (id) => id.trim().replace(/^billingAccounts\//, "").toUpperCase(),
});

/** ISO 4217. Google refuses a budget in another currency than its billing account's. */
/** Those that Node knows: ISO 4217's. */
const currencies = new Set(Intl.supportedValuesOf("currency"));

export const currencyCode = text({
  allowed: "the billing account's currency by its code in ISO 4217, such as KRW or USD",
  placeholder: "<currency>",
  accepts: (code) => currencies.has(code),
  repair: (code) => code.trim().toUpperCase(),
});

/** A channel as Slack shows it; Korean names too. */
export const slackChannel = text({
  allowed: "a Slack channel: # and up to 80 lower-case letters, digits, hyphens and underscores",
  placeholder: "<#channel>",
  accepts: (name) => /^#[\p{Ll}\p{Lo}\p{N}_-]{1,80}$/u.test(name),
  repair: (name) => `#${name.trim().replace(/^#/, "").toLowerCase()}`,
});

export const phoneNumber = text({
  allowed: "an international number: + and 8 to 15 digits",
  placeholder: "<+…>",
  accepts: (number) => /^\+[1-9]\d{7,14}$/.test(number),
  repair: (number) => number.replace(/[\s().-]/g, ""),
});

/** A UUID (Checkly → Account settings → General). */
export const checklyAccountId = text({
  allowed: "an account's id: a UUID in lower case (Checkly → account settings → General)",
  placeholder: "<account id>",
  accepts: (id) => /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(id),
  repair: (id) => id.trim().toLowerCase(),
});

/** The first part of the organization's address, `<slug>.sentry.io`. */
export const sentryOrganization = text({
  allowed: "an organization's slug: up to 50 lower-case letters, digits and hyphens, not digits alone (<slug>.sentry.io)",
  placeholder: "<organization slug>",
  accepts: (slug) => /^[a-z0-9](?:[a-z0-9-]{0,48}[a-z0-9])?$/.test(slug) && !/^\d+$/.test(slug),
  repair: (slug) =>
    slug
      .trim()
      .toLowerCase()
      .replace(/^https?:\/\//, "")
      .replace(/\.sentry\.io.*$/, ""),
});

/** As Slack shows it; spaces and any language's letters are in such names. */
export const slackWorkspace = text({
  allowed: "a Slack workspace's name, as Sentry shows it (Sentry → Settings → Integrations → Slack)",
  placeholder: "<workspace>",
  accepts: (name) => name.length <= 80 && /^\S(?:.*\S)?$/.test(name),
  repair: (name) => name.trim(),
});

/** A secret of at least `minimum` characters (section 2.5: 32), without white space, and not one character over and over. */
export function secretText(minimum: number): Shape<SecretText> {
  const allowed = `a secret of ${minimum} characters or more, without white space`;
  return {
    allowed,
    leaves: {},
    structured: false,
    read(value, path, report) {
      if (typeof value !== "string") {
        report({ path, found: value, allowed, mend: { action: "set", placeholder: "" } });
        return undefined;
      }
      const placeholder = holdsAPlace(value) || (value.length >= 16 && new Set(value).size < 8);
      const note = placeholder
        ? "a placeholder"
        : value.length < minimum
          ? `${value.length} characters`
          : /\s/.test(value)
            ? "with white space"
            : undefined;
      if (note === undefined) return new SecretText(value);
      report({ path, found: value, note, allowed, mend: { action: "set", placeholder: "" } });
      return undefined;
    },
  };
}

function isHostName(name: string): boolean {
  return name.length <= 253 && /^(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z](?:[a-z0-9-]{0,61}[a-z0-9])$/.test(name);
}

function bareHostName(name: string): string {
  return name
    .trim()
    .toLowerCase()
    .replace(/^[a-z]+:\/\//, "")
    .replace(/[/:].*$/, "")
    .replace(/\.$/, "");
}

const publicMailDomains: ReadonlySet<string> = new Set(
  "gmail.com googlemail.com naver.com daum.net hanmail.net kakao.com nate.com outlook.com hotmail.com live.com yahoo.com icloud.com me.com proton.me".split(
    " ",
  ),
);

/** Names that RFC 2606 and RFC 6761 keep for examples and tests. */
function isReservedDomain(name: string): boolean {
  return /(^|\.)(example\.(com|net|org)|example|test|invalid|localhost|local)$/.test(name);
}
