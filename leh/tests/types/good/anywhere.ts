// For functions that several hooks share, the names of the whole project are known.
export function log(args: Args): void {
  const key: string | undefined = args.secrets.RISK_KEY;
  const claims = args.tokens?.id_token.sub ?? args.customer.info.id;
  console.log(args.event.type, claims, key?.length, args.variables["slack-channel"]);
}
export function both({ secrets }: Args<"pre-id-token-generation">): string {
  return secrets.CRM_TOKEN + (secrets.RISK_KEY ?? "");
}
export const goOn: Hook = (args) => new AllowAuthentication({ ...args.session, seen: true });
