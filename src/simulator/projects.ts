import { epochSecondsOf } from "./days.ts";
import type { Present } from "./history.ts";
import type { Reply } from "./http.ts";
import { tallyWork } from "./tally.ts";
import type { Project, Workspace } from "./workspaces.ts";

function projectAnswer(workspace: Workspace, project: Project, images: number, today: number) {
  const { type, name, annotation } = project.plan;
  // The backlog goes up and down over a week; nothing else depends on it.
  const unannotated = 40 + (project.seed % 200) + 10 * ((today + project.index) % 7);
  return {
    id: `${workspace.name}/${project.slug}`,
    ...{ type, name, annotation },
    created: epochSecondsOf(project.createdOn) + 0.137,
    updated: epochSecondsOf(today) + 0.251,
    images: images + unannotated,
    unannotated,
    versions: 1 + (project.seed % 9),
    public: false,
    splits: { train: Math.floor(images * 0.7), valid: Math.floor(images * 0.2), test: Math.floor(images * 0.1) },
    classes: { [annotation]: images },
  };
}

/** `GET /{workspace}`: the workspace and its projects. */
export function answerWorkspace(workspace: Workspace, _request: unknown, present: Present): Reply {
  const { name, labelers, projects } = workspace;
  const works = tallyWork(workspace, { from: 0, to: present.today, projects, labelerId: undefined }, present);
  const images = new Map(works.map(({ project, unique }) => [project.index, unique.images]));
  const answers = projects.map((project) =>
    projectAnswer(workspace, project, images.get(project.index) ?? 0, present.today),
  );
  const members = labelers.filter(({ system }) => !system).length;
  return { status: 200, body: { workspace: { name, url: name, members, projects: answers } } };
}

/** `GET /`: which workspace the key belongs to. */
export function answerRoot({ name }: Workspace): Reply {
  const body = {
    welcome: "Welcome to the simulated Roboflow API.",
    instructions: "You are successfully authenticated.",
    docs: "https://docs.roboflow.com",
    workspace: name,
  };
  return { status: 200, body };
}
