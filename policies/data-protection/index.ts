import { PolicyPack } from "@pulumi/policy";
import { packArguments } from "../framework/pack";
import { dataProtection } from "./policies";

new PolicyPack("data-protection", packArguments(dataProtection));
