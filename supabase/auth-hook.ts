/**
 * The "before user created" hook of Supabase Auth that limits sign-up to the company's domain, as Auth's settings name it. Its
 * function comes with migration 20260101000005; until that is applied an enabled hook refuses every sign-up.
 */
export const signupHookUri = "pg-functions://postgres/private/restrict_signup_to_company";
