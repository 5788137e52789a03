const claims: Hook<"enrich"> = async ({ tokens, secrets }) => {
  tokens.id_token.email_verified.valueOf(); // wrong: may be undefined
  tokens.id_token.email?.toFixed(); // wrong: a text
  secrets.CRM_TOKN; // wrong: misspelt
  if (tokens.grant_type === "a") return new TokenClaims({ sub: "someone else" }); // wrong: protected
  return new TokenClaims({ tier: () => "gold" }); // wrong: JSON has no functions
};
export const redirect: Hook<"pre-id-token-generation"> = () => new RedirectRequest("https://a.example.com"); // wrong: not here
export const skip: Hook<"pre-progressive-profiling"> = () => new TokenClaims({}); // wrong: not here
export const registered: Hook<"post-registration"> = (args, callback, deny) => deny(); // wrong: nothing to deny
export const other: Hook<"post-acount-login"> = () => {}; // wrong: no event
export const shown: Hook<"post-registration"> = () => ({ text: 5 }); // wrong: a text
export const by: Hook<"risk"> = ({ reason }) => {}; // wrong: at deny-authentication
export default claims;
