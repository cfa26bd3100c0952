import type { RecipeText } from "./messages.ts";
import { DragNumber } from "./DragNumber.tsx";

interface ProseProps {
  readonly recipe: RecipeText;
  readonly values: Readonly<Record<string, number>>;
  readonly onChange: (name: string, value: number) => void;
}

/** The recipe's paragraphs. `{eps}` in the text is that parameter, to be dragged where it stands. */
export function Prose({ recipe, values, onChange }: ProseProps) {
  return (
    <>
      {recipe.prose.map((paragraph, i) => (
        <p key={i}>
          {paragraph.split(/(\{\w+\})/).map((part) => {
            const name = part.match(/^\{(\w+)\}$/)?.[1];
            const of = name === undefined ? undefined : recipe.parameters[name];
            return name === undefined || of === undefined ? (
              part
            ) : (
              <DragNumber parameter={of} value={values[name]!} onChange={(value) => onChange(name, value)} />
            );
          })}
        </p>
      ))}
    </>
  );
}
