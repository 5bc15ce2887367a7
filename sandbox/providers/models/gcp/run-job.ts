/** Cloud Run jobs. What their containers have in common with a service's is in run-rules.ts and run-template.ts. */
import { randomUUID } from "node:crypto";
import type { JsonObject } from "../../../world/world";
import { valuesAt } from "../../property-path";
import { kept, text, type ResourceModel } from "../model";
import { createdAt, deletionDefaults, etagOf, googleError, labelOutputs, requireRegion, requireService } from "./common";
import { protectedFromDeletion, ready, references, runGrant, shortIds } from "./run";
import { identity, validateContainers, validateName } from "./run-rules";
import type { Template } from "./run-template";

const jobType = "gcp:cloudrunv2/job:Job";

export const runJobs: { [token: string]: ResourceModel } = {
  [jobType]: {
    identity: identity("jobs"),
    duplicate: (inputs) => `googleapi: Error 409: Resource '${text(inputs, "name")}' already exists., alreadyExists`,
    references: references.map((reference) => ({ ...reference, property: reference.property.replace("template.", "template.template.") })),
    validate: (situation) => {
      requireService(situation, "run.googleapis.com", "Cloud Run Admin API");
      requireRegion(text(situation.inputs, "location"));
      validateName(text(situation.inputs, "name"));
      const { taskCount = 1, parallelism = 0 } = (situation.inputs.template ?? {}) as { taskCount?: number; parallelism?: number };
      // https://cloud.google.com/run/quotas: tasks per execution
      if (taskCount < 1 || taskCount > 10_000)
        throw googleError(400, `template.taskCount: must be from 1 to 10000, got ${taskCount}`, "badRequest");
      // run.discovery.json, ExecutionTemplate.parallelism: at most the number of tasks; 0 is "as many as possible"
      if (parallelism < 0 || parallelism > taskCount)
        throw googleError(400, `template.parallelism: must be from 0 to taskCount (${taskCount}), got ${parallelism}`, "badRequest");
      const template = (valuesAt(situation.inputs, "template.template")[0] ?? {}) as Template;
      validateContainers(situation, template, `Job '${text(situation.inputs, "name")}'`, "job");
    },
    id: (situation) => identity("jobs")(situation.inputs),
    computed: (situation) => {
      const generation = situation.previous ? Number(situation.previous.outputs.generation) + 1 : 1;
      return {
        ...deletionDefaults(situation.inputs),
        ...createdAt(situation),
        ...labelOutputs(situation),
        conditions: ready("Ready", situation.now),
        creator: "sandbox@chisan.invalid",
        deleteTime: "",
        effectiveAnnotations: (situation.inputs.annotations ?? {}) as JsonObject,
        etag: etagOf([situation.inputs, generation]),
        executionCount: kept(situation, "executionCount", () => 0),
        expireTime: "",
        generation: String(generation),
        lastModifier: "sandbox@chisan.invalid",
        latestCreatedExecutions: kept(situation, "latestCreatedExecutions", () => []),
        launchStage: situation.inputs.launchStage ?? "GA",
        observedGeneration: String(generation),
        reconciling: false,
        terminalConditions: ready("Ready", situation.now),
        uid: kept(situation, "uid", randomUUID),
        updateTime: situation.now,
      };
    },
    changesOnUpdate:
      "conditions effectiveAnnotations effectiveLabels etag generation lastModifier observedGeneration pulumiLabels reconciling terminalConditions updateTime".split(
        " ",
      ),
    importIds: shortIds,
    remove: protectedFromDeletion("job"),
  },
  "gcp:cloudrunv2/jobIamMember:JobIamMember": runGrant("jobs", jobType),
};
