// The services' messages under their own names, from the generated types.
import type { components as Billing } from "./generated/billing";
import type { components as Catalog } from "./generated/catalog";
import type { components as Delivery } from "./generated/delivery";
import type { components as Identity } from "./generated/identity";
import type { components as Insights } from "./generated/insights";
import type { components as Playback } from "./generated/playback";
import type { components as Recommendations } from "./generated/recommendations";
import type { components as Viewing } from "./generated/viewing";

export type Account = Identity["schemas"]["Account"];
export type Profile = Identity["schemas"]["Profile"];
export type ProfileDraft = Identity["schemas"]["ProfileDraft"];
export type ProfileChange = Identity["schemas"]["ProfileChange"];
export type Session = Identity["schemas"]["Session"];
export type SignIn = Identity["schemas"]["SignIn"];
export type SignUp = Identity["schemas"]["SignUp"];
export type AvatarName = Profile["avatar"];
export type MaturityAge = Profile["maturity_age"];

export type Plan = Billing["schemas"]["Plan"];
export type Subscription = Billing["schemas"]["Subscription"];
export type Paying = Billing["schemas"]["Paying"];
export type Due = Billing["schemas"]["Due"];
export type PaymentMethod = Billing["schemas"]["PaymentMethod"];
export type GatewayPage = Billing["schemas"]["Page"];
export type Invoice = Billing["schemas"]["Invoice"];
export type Credit = Billing["schemas"]["Credit"];
export type Revenue = Billing["schemas"]["Revenue"];
export type Debt = Billing["schemas"]["Debt"];
export type Ledger = Billing["schemas"]["Ledger"];
export type Subscriber = Billing["schemas"]["Subscriber"];
export type Payment = Billing["schemas"]["Payment"];
export type PlanDraft = Billing["schemas"]["PlanDraft"];
export type WebhookEndpoint = Billing["schemas"]["Endpoint"];
export type WebhookDelivery = Billing["schemas"]["Delivery"];

export type TitleCard = Catalog["schemas"]["TitleCard"];
export type EpisodeCard = Catalog["schemas"]["EpisodeCard"];
export type Title = Catalog["schemas"]["Title"];
export type TitleDraft = Catalog["schemas"]["TitleDraft"];
export type TitleChange = Catalog["schemas"]["TitleChange"];
export type StudioTitle = Catalog["schemas"]["StudioTitle"];
export type StudioPage = Catalog["schemas"]["StudioPage"];
export type EncodeProgress = Catalog["schemas"]["EncodeProgress"];
export type TitleSubtitle = Catalog["schemas"]["TitleSubtitle"];
export type TitleSubtitles = Catalog["schemas"]["TitleSubtitles"];
export type EncodeReport = Catalog["schemas"]["EncodeReport"];

export type Card = Recommendations["schemas"]["Card"];
export type Row = Recommendations["schemas"]["Row"];
export type Hero = Recommendations["schemas"]["Hero"];
export type Impressions = Required<Recommendations["schemas"]["Impressions"]>;
export type HomePage = Recommendations["schemas"]["HomePage"];
export type SearchLabel = Recommendations["schemas"]["SearchLabel"];
export type Training = Recommendations["schemas"]["Training"];
export type TrainingRow = Recommendations["schemas"]["TrainingRow"];
export type Trainings = Recommendations["schemas"]["Trainings"];
export type Marks = Recommendations["schemas"]["Marks"];
export type SearchPage = Recommendations["schemas"]["SearchPage"];
export type SimilarPage = Recommendations["schemas"]["SimilarPage"];

export type History = Viewing["schemas"]["History"];
export type MyList = Viewing["schemas"]["MyList"];
export type Thumbs = Viewing["schemas"]["Thumbs"];
export type Dismissal = Viewing["schemas"]["Dismissal"];
export type Dismissals = Viewing["schemas"]["Dismissals"];
export type ResumePoint = Viewing["schemas"]["ResumePoint"];
export type TitleState = Viewing["schemas"]["TitleState"];
export type ThumbValue = NonNullable<TitleState["thumb"]>;

export type PlaySession = Playback["schemas"]["PlaySession"];
export type WarmSession = Playback["schemas"]["WarmSession"];
export type Heartbeat = Playback["schemas"]["Heartbeat"];
export type HeartbeatAnswer = Playback["schemas"]["HeartbeatAnswer"];

export type PlayerReport = Insights["schemas"]["PlayerReport"];
export type Summary = Insights["schemas"]["Summary"];

export type Edge = Delivery["schemas"]["Edge"];
export type EdgeDraft = Delivery["schemas"]["EdgeDraft"];
export type EdgeOverview = Delivery["schemas"]["EdgeOverview"];
export type ServedBytes = Delivery["schemas"]["ServedBytes"];
export type TrafficMinute = Delivery["schemas"]["TrafficMinute"];
export type RegionOverview = Delivery["schemas"]["RegionOverview"];
export type DeliveryOverview = Delivery["schemas"]["DeliveryOverview"];
export type TitlePlacement = Delivery["schemas"]["TitlePlacement"];
export type WhatIf = Delivery["schemas"]["WhatIf"];
export type WhatIfDraft = Delivery["schemas"]["WhatIfDraft"];
export type EdgeList = Delivery["schemas"]["EdgeList"];
export type Season = Title["seasons"][number];
