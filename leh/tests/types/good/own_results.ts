// Known by name, or by shape.
class RedirectRequest2 {
  constructor(
    public url: string,
    public why: string,
  ) {}
}
export default (async (args) => {
  if (args.continue_context) return;
  const { callback_url, state } = args.continue_request_parameters;
  return new RedirectRequest2(`https://shop.example.com/terms?back=${callback_url}&state=${state}`, "terms");
}) satisfies Hook<"post-social-login">;

export const claims = (({ secrets }: Args<"risk">) => ({ idToken: { key: secrets.RISK_KEY.length } })) satisfies Hook<"risk">;
export const reason: Hook<"deny-authentication"> = ({ reason }) => ({ text: reason.description ?? reason.error });
