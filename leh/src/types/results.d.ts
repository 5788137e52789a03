declare namespace LifecycleHooks {
  /** What JSON can write: no functions, symbols or big integers. */
  type ClaimValue = string | number | boolean | null | undefined | (object & { bind?: never });
  /** Claims to set; undefined removes one. The protected ones cannot be changed. */
  type ClaimChanges = { [claim: string]: ClaimValue } & { [claim in ProtectedClaim]?: never };
  /** A list, or an object by name. */
  type Asked = readonly any[] | { [name: string]: any };
}

/** Claims to set in the tokens. All of an answer or nothing of it is applied. */
declare class TokenClaims {
  /**
   * @param idToken Claims of the ID token; undefined as a value removes one.
   * @param accessToken The same for the access token, when it is a JWT.
   * @param session Replaces the journey's session.
   */
  constructor(
    idToken?: LifecycleHooks.ClaimChanges | null,
    accessToken?: LifecycleHooks.ClaimChanges | null,
    session?: LifecycleHooks.Session | null,
  );
  idToken: LifecycleHooks.ClaimChanges | null | undefined;
  accessToken?: LifecycleHooks.ClaimChanges | null | undefined;
  session?: LifecycleHooks.Session | null | undefined;
}

/** For `deny`: the flow ends, and the application gets this OAuth error where it can get one. */
declare class DenyRequest {
  /**
   * @param error An OAuth error code; `access_denied` when it is left out.
   * @param description For the developer of the application.
   */
  constructor(error?: string | null, description?: string | null);
  error?: string | null | undefined;
  description?: string | null | undefined;
}

/** An email address or a phone number that you have verified. */
declare class AdditionalAuthenticator {
  constructor(type: "email" | "phone", target: string);
  type: "email" | "phone";
  /** The address or number. */
  target: string;
}

/** Register the customer with these attributes. */
declare class RegistrationData {
  /**
   * @param attributes In place of those submitted; as submitted when it is left out.
   * @param additionalAuthenticators These count as verified.
   * @param session Replaces the journey's session.
   */
  constructor(
    attributes?: { [name: string]: any } | null,
    additionalAuthenticators?: readonly AdditionalAuthenticator[] | null,
    session?: LifecycleHooks.Session | null,
  );
  attributes: { [name: string]: any } | null | undefined;
  additionalAuthenticators?: readonly AdditionalAuthenticator[] | null | undefined;
  session?: LifecycleHooks.Session | null | undefined;
}

/**
 * Go on. With other arguments than the session it changes how the customer authenticates, which is an error at
 * an event that does not take it.
 */
declare class AllowAuthentication {
  /**
   * @param session Replaces the journey's session.
   * @param allowRememberedAuthenticators False steps up: what is remembered is not enough. True when left out.
   * @param authenticatorsToIgnore What does not count this time: names, or authenticators as they were given.
   */
  constructor(
    session?: LifecycleHooks.Session | null,
    allowRememberedAuthenticators?: boolean,
    authenticatorsToIgnore?: readonly (string | LifecycleHooks.Authenticator)[],
  );
  allowRememberedAuthenticators: boolean;
  authenticatorsToIgnore?: readonly (string | LifecycleHooks.Authenticator)[];
  session?: LifecycleHooks.Session | null | undefined;
}

/** Ask the customer for fields and consents. */
declare class Prompt {
  constructor(
    fields?: LifecycleHooks.Asked | null,
    consents?: LifecycleHooks.Asked | null,
    session?: LifecycleHooks.Session | null,
  );
  fields: LifecycleHooks.Asked | null | undefined;
  consents?: LifecycleHooks.Asked | null | undefined;
  session?: LifecycleHooks.Session | null | undefined;
}

/** Do not ask the customer. */
declare class SkipPrompts {
  constructor(session?: LifecycleHooks.Session | null);
  session?: LifecycleHooks.Session | null | undefined;
  // By these other results are told from it.
  /** @hidden */ idToken?: never;
  /** @hidden */ attributes?: never;
  /** @hidden */ url?: never;
  /** @hidden */ text?: never;
}

/** Send the customer away. The hook runs again, with `args.continue_context`, when they come back. */
declare class RedirectRequest {
  /** @param url Absolute, http or https. */
  constructor(url: string, session?: LifecycleHooks.Session | null);
  url: string;
  session?: LifecycleHooks.Session | null | undefined;
}

/** The customer stays where they are and reads this. */
declare class ShowErrorMessage {
  constructor(text: string, session?: LifecycleHooks.Session | null);
  text: string;
  session?: LifecycleHooks.Session | null | undefined;
}
