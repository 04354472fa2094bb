/** The fault is not known, or this server has nothing that it could befall; the message is one sentence for a person. */
export class LabFaultError extends Error {}
