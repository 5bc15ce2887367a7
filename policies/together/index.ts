import { PolicyPack } from "@pulumi/policy";
import { packArguments } from "../framework/pack";
import { allPolicies } from "../framework/packs";
import { readExemptions } from "../framework/read-exemptions";

const policies = allPolicies();
new PolicyPack("chisan", packArguments(policies, readExemptions("chisan", policies, new Date())));
