// A title's words in other languages.
import { useState } from "react";
import type { Title } from "../../api/messages";
import { Button, RoundButton } from "../../design/Button";
import { Field, TextField } from "../../design/Field";
import { languageName } from "../languageNames";
import { grown, keyed, type Keyed } from "./numbered";
import { Part } from "./Part";
import { useChange } from "./useChange";

type Text = NonNullable<Title["texts"]>[number];

interface TextProps {
  text: Keyed<Text>;
  own: Title;
  change: (by: Partial<Text>) => void;
  remove: () => void;
}

function TextFields({ text, own, change, remove }: TextProps) {
  const name = text.language ? languageName(text.language) : "New language";
  return (
    <fieldset className="record__text">
      <legend>{name}</legend>
      <div className="record__row">
        <Field
          label="Language"
          required
          maxLength={35}
          pattern="[a-z]{2,3}(-[A-Za-z0-9]{2,8})*"
          hint="A language tag, such as de or pt-BR"
          value={text.language}
          onChange={(event) => change({ language: event.target.value.trim() })}
        />
        <RoundButton icon="trash" label={`Remove ${name}`} onClick={remove} />
      </div>
      <Field
        label="Name"
        maxLength={200}
        placeholder={own.name}
        lang={text.language || undefined}
        value={text.name ?? ""}
        onChange={(event) => change({ name: event.target.value })}
      />
      <Field
        label="Tagline"
        maxLength={200}
        placeholder={own.tagline}
        lang={text.language || undefined}
        value={text.tagline ?? ""}
        onChange={(event) => change({ tagline: event.target.value })}
      />
      <TextField
        label="Description"
        maxLength={5000}
        lang={text.language || undefined}
        value={text.description ?? ""}
        onChange={(event) => change({ description: event.target.value })}
      />
    </fieldset>
  );
}

export function TextsPart({ title }: { title: Title }) {
  const change = useChange(title.id);
  const [texts, setTexts] = useState(() => keyed(title.texts ?? []));
  const save = () =>
    change.mutate({
      texts: texts.map(({ language, name, tagline, description }) => ({
        language,
        name: name ?? "",
        tagline: tagline ?? "",
        description: description ?? "",
      })),
    });
  const empty: Text = { language: "", name: "", tagline: "", description: "" };
  return (
    <Part
      name="Other languages"
      about="Viewers read a title in their profile’s language; what is empty here they read as above."
      count={texts.length}
      change={change}
      save={save}
    >
      {texts.map((text) => (
        <TextFields
          key={text.key}
          text={text}
          own={title}
          change={(by) =>
            setTexts(texts.map((one) => (one.key === text.key ? { ...one, ...by } : one)))
          }
          remove={() => setTexts(texts.filter((one) => one.key !== text.key))}
        />
      ))}
      <div>
        <Button small icon="plus" onClick={() => setTexts(grown(texts, empty))}>
          Add a language
        </Button>
      </div>
    </Part>
  );
}
