import * as pulumi from "@pulumi/pulumi";
import { RandomBytes } from "@pulumi/random/randomBytes";
import { RandomPassword } from "@pulumi/random/randomPassword";
import { renderEnvLocal } from "../config/env-local";
import {
  type EnvironmentVariableName,
  type GeneratedVariable,
  environmentVariables,
  generatedVariableNames,
  unheardErrors,
} from "../config/environment-variables";
import { bucketName } from "../config/naming";
import { resolveEnvironment } from "../config/resolve-variables";
import { ChisanComponent } from "./component";
import { EnvLocalFile } from "./env-local-file";
import { type LocalSupabase, localSupabase, supabaseKey } from "./local-supabase";
import { type Generations, type GeneratedSecret, randomBytesInputs, randomCharactersInputs, secretSlug } from "./secret-store-inputs";

export interface LocalEnvironmentArgs {
  /** Where the API listens: `http://localhost:4000`. */
  readonly apiUrl: string;
  readonly googleClientId: string;
  readonly googleClientSecret: pulumi.Input<string>;
  /** The text of supabase/config.toml. */
  readonly supabaseConfiguration: string;
  /** Active generations of rotated secrets; generation 1 where nothing is said. */
  readonly generations?: Readonly<Partial<Record<GeneratedVariable, Generations>>>;
  /** From the project's folder; `.env.local` unless given. */
  readonly path?: string;
}

type Values = Record<string, pulumi.Input<string>>;

const firstGeneration: Generations = { current: 1 };

/** A developer's own machine: generated secrets, and all variables in `.env.local`. No cloud. */
export class LocalEnvironment extends ChisanComponent {
  /** The file, from the project's folder. */
  public readonly envFile: pulumi.Output<string>;

  public constructor(name: string, args: LocalEnvironmentArgs, options?: pulumi.ComponentResourceOptions) {
    super("LocalEnvironment", name, options);
    const supabase = localSupabase(args.supabaseConfiguration);
    // For `supabase start`, which reads .env.local and takes this as the setting auth.jwt_secret; no variable of the applications.
    const supabaseJwtSecret = this.characters("supabase-jwt-secret", 64);
    const content = pulumi
      .all({
        ...this.catalogueValues(args, supabase, supabaseJwtSecret),
        ...this.previousValues(args),
        SUPABASE_AUTH_JWT_SECRET: supabaseJwtSecret,
      })
      .apply(renderEnvLocal);
    const file = new EnvLocalFile(`${name}-env-file`, { path: args.path ?? ".env.local", content: pulumi.secret(content) }, this.child());
    this.envFile = file.path;
    this.registerOutputs({ envFile: this.envFile });
  }

  /** A value for every name of the catalogue, in its order; a name without one fails by name. */
  private catalogueValues(args: LocalEnvironmentArgs, supabase: LocalSupabase, supabaseJwtSecret: pulumi.Output<string>): Values {
    const key = (role: Parameters<typeof supabaseKey>[1]) => supabaseJwtSecret.apply((secret) => supabaseKey(secret, role));
    const values: Partial<Record<EnvironmentVariableName, pulumi.Input<string>>> = {
      NEXT_PUBLIC_SUPABASE_URL: supabase.url,
      NEXT_PUBLIC_SUPABASE_ANON_KEY: key("anon"),
      SUPABASE_SERVICE_ROLE_KEY: key("service_role"),
      DATABASE_URL: supabase.databaseUrl,
      GOOGLE_CLIENT_ID: args.googleClientId,
      GOOGLE_CLIENT_SECRET: pulumi.secret(args.googleClientSecret),
      // There is no R2 in development: values of R2's form, for whatever S3 server the developer runs.
      R2_ACCOUNT_ID: "local",
      // R2's has 32 digits.
      R2_ACCESS_KEY_ID: this.hexadecimal("r2-access-key-id", 32).apply((digits) => digits.slice(0, 32)),
      R2_SECRET_ACCESS_KEY: this.hexadecimal("r2-secret-access-key", 32),
      R2_BUCKET_NAME: bucketName("dev", "files"),
      // Nor a gateway: where `workers/files-gateway` listens when the developer runs it.
      FILES_GATEWAY_URL: "http://localhost:8787",
      FILES_GATEWAY_SECRET: this.hexadecimal("files-gateway-secret", 32),
      NEXT_PUBLIC_SENTRY_DSN: unheardErrors,
      SENTRY_DSN: unheardErrors,
      API_URL: args.apiUrl,
      ...Object.fromEntries(
        generatedVariableNames.map((variable) => [
          variable,
          this.generated(variable, (args.generations?.[variable] ?? firstGeneration).current),
        ]),
      ),
    };
    const { web, api } = resolveEnvironment(values);
    const resolved: Values = { ...web, ...api };
    return Object.fromEntries(Object.keys(environmentVariables).map((variable) => [variable, resolved[variable] as pulumi.Input<string>]));
  }

  /** While a secret rotates, its other generation, under the name that the API reads in every environment. */
  private previousValues({ generations = {} }: LocalEnvironmentArgs): Values {
    return Object.fromEntries(
      generatedVariableNames.flatMap((variable) => {
        const previous = generations[variable]?.previous;
        return previous === undefined ? [] : [[`${variable}_PREVIOUS`, this.generated(variable, previous)]];
      }),
    );
  }

  /** A generated variable of the catalogue, made as SecretStore makes it. */
  private generated(variable: GeneratedVariable, generation: number): pulumi.Output<string> {
    const name = `${this.name}-${secretSlug(variable)}-g${generation}`;
    const definition: GeneratedSecret = { ...environmentVariables[variable].source, generations: { current: generation }, readers: {} };
    return definition.form === "bytes"
      ? new RandomBytes(name, randomBytesInputs(definition, generation), this.child()).base64
      : new RandomPassword(name, randomCharactersInputs(definition, generation), this.child()).result;
  }

  private characters(part: string, length: number): pulumi.Output<string> {
    return new RandomPassword(`${this.name}-${part}`, { length, special: false }, this.child()).result;
  }

  private hexadecimal(part: string, bytes: number): pulumi.Output<string> {
    return new RandomBytes(`${this.name}-${part}`, { length: bytes }, this.child()).hex;
  }
}
