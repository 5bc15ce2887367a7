/** The parts of @pulumi/policy (1.21.0) that judge: exported by the package, without types. */
import type { AnalyzeResponse, AnalyzerInfo } from "@pulumi/pulumi/proto/analyzer_pb";
import type { Policies, PolicyPackArgs } from "@pulumi/policy";
import type { LeanResource, LeanStack } from "./lean-messages";

/** Answers a request of the engine, as a gRPC handler does. */
export type Judge<Request> = (call: { request: Request }, answer: (error: Error | null | undefined, response?: AnalyzeResponse) => void) => void;

type JudgeOf<Request> = (pack: string, version: string, level: "mandatory", policies: Policies) => Judge<Request>;

interface Server {
  makeAnalyzeRpcFun: JudgeOf<LeanResource>;
  makeAnalyzeStackRpcFun: JudgeOf<LeanStack>;
}

interface Messages {
  makeAnalyzerInfo(pack: string, version: string, level: "mandatory", pulumi: PolicyPackArgs, initialConfiguration?: undefined): AnalyzerInfo;
  convertEnforcementLevel(level: number): "advisory" | "mandatory" | "remediate" | "disabled";
}

/* eslint-disable @typescript-eslint/no-require-imports */
export const { makeAnalyzeRpcFun, makeAnalyzeStackRpcFun } = require("@pulumi/policy/server") as Server;
export const { makeAnalyzerInfo, convertEnforcementLevel } = require("@pulumi/policy/protoutil") as Messages;
/** Stands for a text that a preview does not know yet. */
export const { unknownStringValue } = require("@pulumi/policy/proxy") as { unknownStringValue: string };
