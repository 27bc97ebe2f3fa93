import type { SyntaxNode } from "@lezer/common";
import { parser } from "@prometheus-io/lezer-promql";

export interface Matcher {
  readonly label: string;
  readonly operator: string;
  readonly value: string;
}

/** One selector of a query: the metric, what it asks of the labels, and the function it is an argument of, if any. */
export interface Selector {
  readonly metric: string;
  readonly matchers: readonly Matcher[];
  readonly range: string | undefined;
  readonly caller: string | undefined;
}

/** What a PromQL expression says, as far as tests ask. */
export interface Analysis {
  /** Pieces that are no PromQL; empty when the expression is valid. */
  readonly errors: readonly string[];
  readonly selectors: readonly Selector[];
  /** Labels named in `by`, `without`, `on`, `ignoring` and `group_left`. */
  readonly groupings: readonly string[];
  readonly functions: readonly string[];
}

function descendants(node: SyntaxNode, name: string): SyntaxNode[] {
  const found: SyntaxNode[] = [];
  node.cursor().iterate((at) => {
    if (at.name === name) found.push(at.node);
  });
  return found;
}

function ancestor(node: SyntaxNode, name: string): SyntaxNode | undefined {
  for (let at = node.parent; at !== null; at = at.parent) if (at.name === name) return at;
  return undefined;
}

function unquote(text: string): string {
  return text.slice(1, -1).replaceAll("\\\\", "\\");
}

function readMatcher(node: SyntaxNode, text: (node: SyntaxNode | null) => string): Matcher {
  return {
    label: text(node.getChild("LabelName")),
    operator: text(node.getChild("MatchOp")),
    value: unquote(text(node.getChild("StringLiteral"))),
  };
}

function readSelector(node: SyntaxNode, text: (node: SyntaxNode | null) => string): Selector {
  const call = ancestor(node, "FunctionCall");
  const matrix = node.parent?.name === "MatrixSelector" ? node.parent : undefined;
  return {
    metric: text(node.getChild("Identifier")),
    matchers: descendants(node, "UnquotedLabelMatcher").map((matcher) => readMatcher(matcher, text)),
    range: matrix && text(matrix.getChild("DurationExpr") ?? matrix.lastChild),
    caller: matrix && call ? text(call.getChild("FunctionIdentifier")) : undefined,
  };
}

/** Parses an expression in which all variables are already replaced. */
export function analysePromql(expr: string): Analysis {
  const top = parser.parse(expr).topNode;
  const text = (node: SyntaxNode | null) => (node === null ? "" : expr.slice(node.from, node.to));
  const errors: string[] = [];
  top.cursor().iterate((node) => {
    if (node.type.isError) errors.push(expr.slice(Math.max(0, node.from - 20), node.to + 20));
  });
  return {
    errors,
    selectors: descendants(top, "VectorSelector").map((node) => readSelector(node, text)),
    groupings: descendants(top, "GroupingLabels").flatMap((node) => node.getChildren("LabelName").map(text)),
    functions: descendants(top, "FunctionIdentifier").map(text),
  };
}

type LabelsOf = (metric: string) => readonly string[];

const SET_OPERATORS = ["And", "Or", "Unless"];

/** The labels that the result of an expression can bear. A scalar has none. */
export function resultLabels(expr: string, labelsOf: LabelsOf): readonly string[] {
  const text = (node: SyntaxNode | null) => (node === null ? "" : expr.slice(node.from, node.to));
  const named = (node: SyntaxNode | null | undefined) => node?.getChildren("LabelName").map(text) ?? [];

  function ofAggregation(node: SyntaxNode): readonly string[] {
    const modifier = node.getChild("AggregateModifier");
    const grouped = named(modifier?.getChild("GroupingLabels"));
    if (modifier?.getChild("By")) return grouped;
    const inner = descendants(node, "FunctionCallBody")[0];
    const labels = inner?.lastChild?.prevSibling ? visit(inner.lastChild.prevSibling) : [];
    if (modifier) return labels.filter((label) => !grouped.includes(label));
    return /^(topk|bottomk)/.test(text(node)) ? labels : [];
  }

  function ofBinary(node: SyntaxNode): readonly string[] {
    const [left, right] = [node.firstChild, node.lastChild].map((side) => (side ? visit(side) : []));
    const clause = node.getChild("MatchingModifierClause");
    const groups = clause?.getChildren("GroupingLabels") ?? [];
    const operator = SET_OPERATORS.find((name) => node.getChild(name));
    if (operator === "Or") return [...new Set([...(left ?? []), ...(right ?? [])])];
    if (operator !== undefined) return left ?? [];
    if (clause?.getChild("GroupLeft")) return [...(left ?? []), ...named(groups[1])];
    if (clause?.getChild("On")) return named(groups[0]);
    return left?.length ? left : (right ?? []);
  }

  /** `label_replace` and `label_join` add the label that their second argument names. */
  function withOwnLabel(node: SyntaxNode): readonly string[] {
    const [inner] = descendants(node, "FunctionCallBody");
    const added = inner?.getChild("StringLiteral");
    const argument = inner?.firstChild?.type.isAnonymous === false ? inner.firstChild : inner?.firstChild?.nextSibling;
    return [...new Set([...(argument ? visit(argument) : []), ...(added ? [text(added).slice(1, -1)] : [])])];
  }

  function visit(node: SyntaxNode): readonly string[] {
    switch (node.name) {
      case "AggregateExpr":
        return ofAggregation(node);
      case "BinaryExpr":
        return ofBinary(node);
      case "FunctionCall": {
        if (/^label_(?:join|replace)\b/.test(text(node))) return withOwnLabel(node);
        const labels = node.lastChild ? visit(node.lastChild) : [];
        // A quantile takes the buckets together.
        return text(node).startsWith("histogram_quantile") ? labels.filter((label) => label !== "le") : labels;
      }
      case "VectorSelector":
        return labelsOf(text(node.getChild("Identifier")));
      case "NumberDurationLiteral":
      case "StringLiteral":
        return [];
      default: {
        for (let child = node.lastChild; child !== null; child = child.prevSibling) {
          const labels = visit(child);
          if (labels.length > 0) return labels;
        }
        return [];
      }
    }
  }
  return visit(parser.parse(expr).topNode);
}
