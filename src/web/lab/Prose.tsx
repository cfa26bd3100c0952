import { prosePieces } from "../../lab/index.ts";
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
          {prosePieces(recipe, paragraph).map((piece) =>
            "text" in piece ? (
              piece.text
            ) : (
              <DragNumber
                parameter={recipe.parameters[piece.name]!}
                value={values[piece.name]!}
                onChange={(value) => onChange(piece.name, value)}
              />
            ),
          )}
        </p>
      ))}
    </>
  );
}
