// zod: what the customer brings is held against a schema.
import { z } from "zod";

const Customer = z.object({
  email: z.email().transform((email) => email.toLowerCase()),
  phone: z.string().regex(/^\+\d{8,15}$/).optional(),
  groups: z.array(z.string()).default([]),
  tier: z.enum(["gold", "silver"]).catch("silver"),
});

export default async ({ customer }) => {
  const read = Customer.parse({ email: customer.info.email, phone: customer.info.phone_number, tier: "lead" });
  const wrong = Customer.safeParse({ email: "jane", groups: [1] });
  const issues = wrong.error.issues.map((issue) => [issue.path.join("."), issue.code, issue.message]);
  return new TokenClaims({ got: { read, success: wrong.success, issues, tree: z.flattenError(wrong.error).fieldErrors.email } });
};
