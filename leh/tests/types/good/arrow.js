// @ts-check
/** @type {Hook<"enrich">} */
export default async ({ tokens }) => new TokenClaims({ account: tokens.id_token.sub });
