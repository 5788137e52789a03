declare namespace LifecycleHooks {
  type SettingsAt<Trigger extends keyof TriggerSettings, Name extends HookName> = [Name] extends [never]
    ? TriggerSettings[Trigger]
    : Hooks[Name];

  type EventAt<Trigger extends keyof TriggerSettings, Name extends HookName> = TriggerEvent<
    SettingsAt<Trigger, Name>
  > &
    TriggerExtras[Trigger];

  /** The `event` of all triggers. What the traffic and the platform do not tell is undefined. */
  interface TriggerEvent<Settings extends { variables: unknown; secrets: unknown }> {
    /** The customer; empty where an application asks for itself. */
    user: User;
    /** The application. */
    client: {
      /** Undefined when neither the request nor a token names it. */
      client_id?: string;
      /** Undefined at the token endpoint. */
      name?: string;
      /** Empty when nobody told it. */
      metadata: { [name: string]: any };
    };
    /** Where the account is from: undefined fields unless the platform tells it. */
    connection: {
      id?: string;
      name?: string;
      /** Such as `auth0`, `google-oauth2`, `saml`. */
      strategy?: string;
      metadata: { [name: string]: any };
    };
    /** The request that shows the event. */
    request: TriggerRequest;
    /** What the application asked for. */
    transaction: Transaction;
    /** How the customer authenticated. */
    authentication: {
      /** In the whole session, as `amr` says; empty when nobody told it. */
      methods: AuthenticationMethod[];
      /** Undefined: a platform must tell it, and that it does not is no sign that all is fine. */
      riskAssessment?: any;
    };
    /** Undefined unless the ID token has `roles`. */
    authorization?: { roles: string[] };
    /** Undefined unless the ID token has `org_id`. */
    organization?: {
      id?: string;
      name?: string;
      metadata?: { [name: string]: any };
    };
    /** The API that the access token is for; undefined when it is opaque. */
    resource_server?: { identifier?: string };
    /** The session at the platform; undefined unless the ID token has `sid`. */
    session?: { id?: string; created_at?: string };
    /** How often the customer logged in; undefined unless the platform tells it. */
    stats: { logins_count?: number };
    /** The platform's realm, or its issuer. */
    tenant: { id?: string };
    /** What hooks.yaml names under `secrets`, with their values. */
    secrets: Settings["secrets"];
    /** What hooks.yaml says under `variables`. */
    configuration: Settings["variables"];
  }

  /** What only some triggers have. */
  interface TriggerExtras {
    PostLogin: {};
    PreUserRegistration: {};
    PostUserRegistration: {};
    PostChangePassword: {};
    PostChallenge: {};
    SendPhoneMessage: {
      /** The message that is about to be sent. */
      message_options: { recipient?: string; [name: string]: any };
    };
    CredentialsExchange: {
      /** The token that is about to be issued; `scope` is empty when it is opaque. */
      accessToken: { customClaims: { [claim: string]: any }; scope: string[] };
    };
  }

  /** A customer. Claims of the ID token that are about them stand here by their names. */
  interface User {
    /** Undefined before there is an account, and where an application asks for itself. */
    user_id?: string;
    /** Undefined when no address is known. */
    email?: string;
    /** Undefined when the platform does not tell it, which is not the same as true. */
    email_verified?: boolean;
    username?: string;
    name?: string;
    given_name?: string;
    family_name?: string;
    nickname?: string;
    picture?: string;
    phone_number?: string;
    phone_verified?: boolean;
    /** What the customer may see and change; empty when nobody told it. */
    user_metadata: { [name: string]: any };
    /** What they may not; empty when nobody told it. */
    app_metadata: { [name: string]: any };
    /** Empty when none are known; mostly names. */
    groups: any[];
    /** Providers of second factors that they have; undefined unless the platform tells it. */
    multifactor?: string[];
    /** Factors that they have; undefined unless the platform tells it. */
    enrolledFactors?: Factor[];
    /** Accounts elsewhere; undefined unless the platform tells it. */
    identities?: any[];
    /** ISO 8601; undefined unless the platform tells it. */
    created_at?: string;
    /** ISO 8601; undefined unless the platform tells it. */
    updated_at?: string;
    /** ISO 8601; undefined unless the platform tells it. */
    last_password_reset?: string;
    /** Any other claim: find out what it is before you use it. */
    [claim: string]: unknown;
  }

  interface TriggerRequest {
    /** The address of who calls: at the token endpoint of a confidential client, the application's server. */
    ip?: string;
    /** The host that was asked, without a port. */
    hostname?: string;
    method?: string;
    user_agent?: string;
    language?: string;
    /** The query, and with what the customer came back from a redirect; else empty. */
    query: { [parameter: string]: any };
    /** The form that was sent, where it is known; else empty. */
    body: { [field: string]: any };
    /** Where they are; empty when Envoy's geoip filter is not configured. */
    geoip: {
      /** ISO 3166-1, two letters. */
      countryCode?: string;
      countryName?: string;
      /** State, province or region. */
      subdivisionName?: string;
      cityName?: string;
      latitude?: number;
      longitude?: number;
      timeZone?: string;
    };
  }

  interface Transaction {
    /** Such as `oidc-basic-profile`, `oauth2-refresh-token`. */
    protocol?: string;
    /** Empty when none are known. */
    acr_values: string[];
    /** Empty when none are known. */
    requested_scopes: string[];
    /** Empty when none are known. */
    ui_locales: string[];
    redirect_uri?: string;
    response_type?: string;
    response_mode?: string;
    state?: string;
    locale?: string;
    prompt?: string[];
    login_hint?: string;
  }

  interface AuthenticationMethod {
    /** Such as `pwd`, `mfa`, `federated`. */
    name: string;
    /** ISO 8601; undefined when the token does not say it. */
    timestamp?: string;
  }

  /** A factor, such as `{ type: "otp" }`. */
  interface Factor {
    type: string;
    [option: string]: any;
  }

  /** Texts that are kept from run to run, of this hook on this worker of Envoy. */
  interface Cache {
    get(key: string): { value: string; expires_at: number } | undefined;
    /** `ttl` and `expires_at` (since 1970) in milliseconds; 15 minutes when nothing is said, a day at most. */
    set(
      key: string,
      value: string,
      options?: { ttl?: number; expires_at?: number },
    ): { type: "success" } | { type: "error"; code: string };
    delete(key: string): { type: "success" };
  }

  interface Redirect<API> {
    /** Sends the customer to an absolute URL, with `state` to come back with. `onContinue…` runs then. */
    sendUserTo(url: string, options?: { query?: { [parameter: string]: any } }): API;
    /** Makes a JWT (HS256) for the place to which you redirect. Expires in 900 seconds when nothing is said. */
    encodeToken(options: { secret: string; payload?: object; expiresInSeconds?: number }): string;
    /** The payload of the token with which the customer came back. Throws when it is not valid. */
    validateToken(options: { secret: string; tokenParameterName?: string }): { [claim: string]: any };
  }

  interface TokenScopes<API> {
    /** Sets a claim of the access token, when it is a JWT; undefined and null remove it. */
    setCustomClaim: SetClaim<API>;
    /** Adds a scope to the access token, and to the answer. */
    addScope(scope: string): API;
    /** Takes a scope from the access token, and from the answer. */
    removeScope(scope: string): API;
  }

  type SetClaim<API> = <Name extends string>(
    name: Name extends ProtectedClaim ? never : Name,
    value: ClaimValue,
  ) => API;

  interface UserMetadata<API> {
    /** What the customer may see and change; null removes. */
    setUserMetadata(name: string, value: ClaimValue): API;
    /** What they may not; null removes. */
    setAppMetadata(name: string, value: ClaimValue): API;
  }

  interface Challenges<API> {
    /** Asks for a factor that the customer has. */
    challengeWith(factor: Factor, options?: { additionalFactors?: Factor[] }): API;
    /** The same, whichever of these. */
    challengeWithAny(factors: Factor[]): API;
  }

  interface TriggerAPIs {
    PostLogin: PostLoginAPI;
    PreUserRegistration: PreUserRegistrationAPI;
    PostUserRegistration: PostUserRegistrationAPI;
    PostChangePassword: PostChangePasswordAPI;
    PostChallenge: PasswordResetPostChallengeAPI;
    SendPhoneMessage: SendPhoneMessageAPI;
    CredentialsExchange: CredentialsExchangeAPI;
  }
}

/** The `api` of `onExecutePostLogin`. Methods return it, but those that give a value. */
interface PostLoginAPI {
  access: {
    /** Ends the login; the text is for the developer of the application. The first denial counts. */
    deny(reason?: string): PostLoginAPI;
    /** @deprecated It throws: custom token exchange has no counterpart in front of a platform. */
    rejectInvalidSubjectToken(reason?: string): never;
  };
  idToken: {
    /** Sets a claim; undefined and null remove it. */
    setCustomClaim: LifecycleHooks.SetClaim<PostLoginAPI>;
  };
  accessToken: LifecycleHooks.TokenScopes<PostLoginAPI>;
  multifactor: {
    /** Asks for a second factor. */
    enable(
      provider: "any" | "duo" | "google-authenticator" | "guardian" | "none",
      options?: { allowRememberBrowser?: boolean; [option: string]: any },
    ): PostLoginAPI;
  };
  authentication: LifecycleHooks.Challenges<PostLoginAPI> & {
    /** Asks for a factor that the customer gets now. */
    enrollWith(
      factor: LifecycleHooks.Factor,
      options?: { additionalFactors?: LifecycleHooks.Factor[] },
    ): PostLoginAPI;
    /** The same, whichever of these. */
    enrollWithAny(factors: LifecycleHooks.Factor[]): PostLoginAPI;
    /** Notes a way of authentication of yours, by its URL. */
    recordMethod(url: string): PostLoginAPI;
    /** @deprecated It makes the hook fail: who the customer is, is the platform's to say. */
    setPrimaryUser(id: string): PostLoginAPI;
  };
  redirect: LifecycleHooks.Redirect<PostLoginAPI>;
  user: LifecycleHooks.UserMetadata<PostLoginAPI>;
  rules: {
    /** False: there are no rules here. */
    wasExecuted(id: string): boolean;
  };
  cache: LifecycleHooks.Cache;
}

/** The `api` of `onExecutePreUserRegistration`. */
interface PreUserRegistrationAPI {
  access: {
    /** Refuses the registration. The first text is for the log, the second for the customer. */
    deny(internalReason?: string, userMessage?: string): PreUserRegistrationAPI;
  };
  user: LifecycleHooks.UserMetadata<PreUserRegistrationAPI>;
  validation: {
    /** The customer stays at the form and reads the message. */
    error(code: string, message: string): PreUserRegistrationAPI;
  };
  cache: LifecycleHooks.Cache;
}

/** The `api` of `onExecutePostUserRegistration`. */
interface PostUserRegistrationAPI {
  cache: LifecycleHooks.Cache;
}

/** The `api` of `onExecutePostChangePassword`. */
interface PostChangePasswordAPI {
  cache: LifecycleHooks.Cache;
}

/** The `api` of `onExecutePostChallenge`. */
interface PasswordResetPostChallengeAPI {
  access: {
    /** Ends the reset; the text is for the developer of the application. The first denial counts. */
    deny(reason?: string): PasswordResetPostChallengeAPI;
  };
  authentication: LifecycleHooks.Challenges<PasswordResetPostChallengeAPI>;
  redirect: LifecycleHooks.Redirect<PasswordResetPostChallengeAPI>;
  cache: LifecycleHooks.Cache;
}

/** The `api` of `onExecuteSendPhoneMessage`. */
interface SendPhoneMessageAPI {
  cache: LifecycleHooks.Cache;
}

/** The `api` of `onExecuteCredentialsExchange`. */
interface CredentialsExchangeAPI {
  access: {
    /** Ends the exchange with an OAuth error code and its description. */
    deny(error?: string, description?: string): CredentialsExchangeAPI;
  };
  accessToken: LifecycleHooks.TokenScopes<CredentialsExchangeAPI>;
  cache: LifecycleHooks.Cache;
}

type PostLoginEvent<Name extends LifecycleHooks.HookName = never> = LifecycleHooks.EventAt<"PostLogin", Name>;
type PreUserRegistrationEvent<Name extends LifecycleHooks.HookName = never> = LifecycleHooks.EventAt<
  "PreUserRegistration",
  Name
>;
type PostUserRegistrationEvent<Name extends LifecycleHooks.HookName = never> = LifecycleHooks.EventAt<
  "PostUserRegistration",
  Name
>;
type PostChangePasswordEvent<Name extends LifecycleHooks.HookName = never> = LifecycleHooks.EventAt<
  "PostChangePassword",
  Name
>;
type PasswordResetPostChallengeEvent<Name extends LifecycleHooks.HookName = never> = LifecycleHooks.EventAt<
  "PostChallenge",
  Name
>;
type SendPhoneMessageEvent<Name extends LifecycleHooks.HookName = never> = LifecycleHooks.EventAt<
  "SendPhoneMessage",
  Name
>;
type CredentialsExchangeEvent<Name extends LifecycleHooks.HookName = never> = LifecycleHooks.EventAt<
  "CredentialsExchange",
  Name
>;

/**
 * A function of the trigger form: `TriggerHook<"PostLogin">` is for `onExecutePostLogin` and `onContinuePostLogin`.
 * With the name of a hook of this project, `secrets` and `configuration` are exactly its own.
 */
type TriggerHook<
  Trigger extends keyof LifecycleHooks.TriggerSettings,
  Name extends LifecycleHooks.HookName = never,
> = LifecycleHooks.MaybeAsync<
  [event: LifecycleHooks.EventAt<Trigger, Name>, api: LifecycleHooks.TriggerAPIs[Trigger]],
  void,
  unknown
>;
