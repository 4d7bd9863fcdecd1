// The messages of identity beside those that every page knows, from the generated types.
import type { components } from "../api/generated/identity";

type Schemas = components["schemas"];

export type AccountWanted = Schemas["AccountWanted"];
export type AuditEntry = Schemas["AuditEntry"];
export type AuditPage = Schemas["AuditPage"];
export type ClientDraft = Schemas["ClientDraft"];
export type ConsentAsked = Schemas["ConsentAsked"];
export type ConsentGiven = Schemas["ConsentGiven"];
export type DeviceAsked = Schemas["DeviceAsked"];
export type DeviceCode = Schemas["DeviceCode"];
export type Erasure = Schemas["Erasure"];
export type Export = Schemas["Export"];
export type FactorAdded = Schemas["FactorAdded"];
export type LetterSent = Schemas["LetterSent"];
export type LinkedProvider = Schemas["LinkedProvider"];
export type OAuthClient = Schemas["OAuthClient"];
export type Passkey = Schemas["Passkey"];
export type PasskeyAsked = Schemas["PasskeyAsked"];
export type PasswordChange = Schemas["PasswordChange"];
export type ProfileMoveAccept = Schemas["ProfileMoveAccept"];
export type ProviderVisit = Schemas["ProviderVisit"];
export type ProviderWay = Schemas["ProviderWay"];
export type Ratings = Schemas["Ratings"];
export type RatingSystem = Schemas["RatingSystem"];
export type Receipt = Schemas["Receipt"];
export type RecoveryCodes = Schemas["RecoveryCodes"];
export type SecondFactorAsked = Schemas["SecondFactorAsked"];
export type Security = Schemas["Security"];
export type SignedInDevice = Schemas["SignedInDevice"];
export type SignInWays = Schemas["SignInWays"];
export type StaffDraft = Schemas["StaffDraft"];
export type StaffMember = Schemas["StaffMember"];
export type StudioAccount = Schemas["StudioAccount"];
export type TotpConfirm = Schemas["TotpConfirm"];
export type TotpDraft = Schemas["TotpDraft"];
export type VerifySignUp = Schemas["VerifySignUp"];

export type FactorWay = SecondFactorAsked["ways"][number];
export type Role = StaffMember["roles"][number];
export type ScopeName = OAuthClient["scopes"][number];
