/** What one caller did, in the audit log; the address holds the name too, for whoever opens it elsewhere. */
export const auditByPath = ({ id, name }: { id: string; name: string }) =>
  `/administration/audit?${new URLSearchParams({ actorId: id, actorName: name })}`
