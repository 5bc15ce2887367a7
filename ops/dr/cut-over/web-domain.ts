/** Which of the team's web projects has a domain, and its move to another: a domain is on one project of a team at a time. */
import { z } from "zod";
import { VendorApi, defaultTiming, unlessMissing, type ClientTiming, type VendorApiWords } from "../../../components/vendor-api/client";
import { connectionFrom } from "../../../components/vercel/vercel-api-connection";

const domainShape = z.object({ name: z.string(), projectId: z.string() });

const words: VendorApiWords = {
  codes: { refused: "CHI-H091", gaveUp: "CHI-H092", notAsDescribed: "CHI-H093" },
  urlVariable: "VERCEL_API_URL",
  clientFile: "ops/dr/cut-over/web-domain.ts",
  advice: {
    401: "check VERCEL_API_TOKEN; it may have expired",
    403: "check that the scope of VERCEL_API_TOKEN is the team of chisan:vercelTeamId, and that its account may change projects",
    404: "check with `npx vercel domains ls` which project has the domain",
    409: "another project has the domain: check with `npx vercel domains ls`, and remove it there",
  },
  message: (body) => (body as { error?: { message?: unknown } }).error?.message,
};

export class WebDomains {
  private readonly api: VendorApi;

  /** @throws CHI-C640, CHI-C641 without a token or with an address that is refused */
  public constructor(
    private readonly teamId: string,
    environment: NodeJS.ProcessEnv,
    timing: ClientTiming = { ...defaultTiming, requestDeadline: 60_000 },
  ) {
    this.api = new VendorApi(words, connectionFrom(environment), timing);
  }

  /**
   * The first of some projects that has the domain, by its id; undefined when none of them has it (any more).
   *
   * @param projects ids or names; one that does not exist has nothing
   * @throws CHI-H091 to CHI-H093
   */
  public async holder(domain: string, projects: readonly string[]): Promise<string | undefined> {
    for (const project of projects) {
      const found = await unlessMissing(this.api.json("GET", this.path("v9", project, domain), domainShape));
      if (found !== undefined) return found.projectId;
    }
    return undefined;
  }

  /**
   * At once, so that there is no time in which nobody has it.
   * https://vercel.com/docs/rest-api/projects/move-a-project-domain
   *
   * @throws CHI-H091 to CHI-H093; CHI-H094 when the vendor answers with another project
   */
  public async move(domain: string, from: string, to: string): Promise<void> {
    let moved: z.infer<typeof domainShape>;
    try {
      moved = await this.api.json("POST", this.path("v1", from, domain, "/move"), domainShape, { projectId: to });
    } catch (error) {
      // A repetition after an answer that was lost finds nothing to move any more.
      if ((await this.holder(domain, [to])) === to) return;
      throw error;
    }
    if (moved.projectId !== to) throw new Error(`CHI-H094 Vercel answers that ${domain} is on the project ${moved.projectId} after its move to ${to}: check with \`npx vercel domains ls\`, then type the same command again`);
  }

  private path(version: string, project: string, domain: string, verb = ""): string {
    return `/${version}/projects/${encodeURIComponent(project)}/domains/${encodeURIComponent(domain)}${verb}?${new URLSearchParams({ teamId: this.teamId })}`;
  }
}
