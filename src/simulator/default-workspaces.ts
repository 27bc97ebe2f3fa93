/** A project without its ids. `boxes` is annotations per image, `nulls` the share of empty images. */
export interface ProjectPlan {
  readonly name: string;
  readonly type: string;
  readonly annotation: string;
  readonly boxes: number;
  readonly nulls: number;
  /** Whether annotation review is switched on. */
  readonly review: boolean;
  /** The day of the last work on it, `YYYY-MM-DD`, where work has ended. */
  readonly stoppedOn?: string;
}

/** A labeler without an id. */
export interface LabelerPlan {
  readonly name: string;
  readonly mailbox: string;
  /** The id of one of Roboflow's services, where it is not a person. */
  readonly systemId?: string;
  /** First-pass approval of the last seven days in the default scenario. */
  readonly falling?: number;
  /** Chance to work in the main project on a weekday. */
  readonly diligence?: number;
}

/** A workspace without its ids. */
export interface WorkspacePlan {
  readonly name: string;
  readonly projects: readonly ProjectPlan[];
  readonly labelers: readonly LabelerPlan[];
}

/** All names are made up; some are chosen to break careless code. */
const WORKSPACES: readonly WorkspacePlan[] = [
  {
    name: "aerial-survey",
    projects: [
      { name: "Rooftop Panels", type: "object-detection", annotation: "panels", boxes: 5, nulls: 0.08, review: true },
      {
        name: "Field Boundaries",
        type: "instance-segmentation",
        annotation: "fields",
        boxes: 3,
        nulls: 0.04,
        review: true,
      },
      { name: "Land Cover", type: "semantic-segmentation", annotation: "cover", boxes: 4, nulls: 0.02, review: false },
      {
        name: 'Storm "Damage" 2024',
        type: "classification",
        annotation: "damage",
        boxes: 1,
        nulls: 0.15,
        review: true,
        stoppedOn: "2024-12-31",
      },
    ],
    labelers: [
      { name: "Änne Größenwahn", mailbox: "aenne" },
      { name: "Robin Fading", mailbox: "robin", falling: 0.6, diligence: 1 },
      { name: "Sam Sample", mailbox: "sam.1" },
      { name: "Sam Sample", mailbox: "sam.2" },
      { name: 'Zoë "Pixel" Placeholder', mailbox: "zoe" },
      { name: "Boxy 🦝 Mustermann", mailbox: "boxy" },
      { name: "Back\\slash O'Quote", mailbox: "backslash" },
      { name: "Quincy Example", mailbox: "quincy" },
      { name: "Auto Label", mailbox: "autolabelservice", systemId: "autolabelservice" },
    ],
  },
  {
    name: "harbor-vision",
    projects: [
      { name: "Crane Pose", type: "keypoint-detection", annotation: "cranes", boxes: 2, nulls: 0.05, review: true },
      {
        name: "Vessel Types",
        type: "multi-label-classification",
        annotation: "vessels",
        boxes: 2,
        nulls: 0.1,
        review: true,
      },
    ],
    labelers: [
      { name: "Øyvind Testperson", mailbox: "oeyvind" },
      { name: "Lin Lorem", mailbox: "lin" },
      { name: "Dolores Ipsum", mailbox: "dolores" },
      { name: "匿名 試験", mailbox: "tokumei" },
      { name: "Max Ankerplatz", mailbox: "max" },
    ],
  },
];

function generatedProject(index: number): ProjectPlan {
  return {
    name: `Project ${String(index + 1).padStart(4, "0")}`,
    type: "object-detection",
    annotation: "things",
    boxes: 1 + (index % 5),
    nulls: 0.05,
    review: true,
  };
}

function generatedLabeler(index: number): LabelerPlan {
  const number = String(index + 1).padStart(4, "0");
  return { name: `Labeler ${number}`, mailbox: `labeler.${number}` };
}

function resized<T>(known: readonly T[], length: number | undefined, generate: (index: number) => T): readonly T[] {
  return Array.from({ length: length ?? known.length }, (_, index) => known[index] ?? generate(index));
}

/** The default workspaces, the first of them with this many projects and labelers. */
export function workspacePlans(projects: number | undefined, labelers: number | undefined): readonly WorkspacePlan[] {
  return WORKSPACES.map((plan, index) => {
    if (index > 0) return plan;
    return {
      name: plan.name,
      projects: resized(plan.projects, projects, generatedProject),
      labelers: resized(plan.labelers, labelers, generatedLabeler),
    };
  });
}
