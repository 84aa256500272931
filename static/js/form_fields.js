// The fields of a change form as { name: [values] }, and back into it: plain fields, ticks, choices, inline rows and
// prose editors. Never a password, a file or the token of a form.
{
  const LEFT_OUT = new Set(["password", "file", "submit", "button", "image", "reset", "fieldset", "output"])
  const isKept = ({ name, type }) =>
    name && !name.startsWith("_") && name !== "csrfmiddlewaretoken" && !name.includes("__prefix__") && !LEFT_OUT.has(type)
  const controls = (form) => [...form.elements].filter(isKept)
  const isTick = ({ type }) => type === "checkbox" || type === "radio"

  const typedOf = (control) => {
    if (isTick(control)) return control.checked ? [control.value] : []
    return control.options ? [...control.selectedOptions].map(({ value }) => value) : [control.value]
  }
  const servedOf = (control) => {
    if (isTick(control)) return control.defaultChecked ? [control.value] : []
    if (!control.options) return [control.defaultValue]
    const chosen = [...control.options].filter((option) => option.defaultSelected)
    return (chosen.length || control.multiple ? chosen : [...control.options].slice(0, 1)).map(({ value }) => value)
  }
  const collect = (form, valuesOf) => {
    const fields = {}
    for (const control of controls(form)) (fields[control.name] ??= []).push(...valuesOf(control))
    return fields
  }

  // As many inline rows as there were: the names of their fields come with them.
  const addRows = (form, fields) => {
    for (const total of controls(form).filter(({ name }) => name.endsWith("-TOTAL_FORMS"))) {
      const group = document.getElementById(`${total.name.replace("-TOTAL_FORMS", "")}-group`)
      const missing = Number(fields[total.name]?.[0] ?? 0) - Number(total.value)
      for (let row = 0; row < missing; row += 1) group?.querySelector(".add-row a")?.click()
    }
  }

  const setField = (control, values) => {
    if (isTick(control)) control.checked = values.includes(control.value)
    else if (control.options) [...control.options].forEach((option) => { option.selected = values.includes(option.value) })
    else control.value = values.shift() ?? ""
    const editor = control.closest(".prose-editor")?.querySelector(".ProseMirror")?.editor
    if (editor) editor.commands.setContent(control.value, { emitUpdate: false })
  }

  window.formFields = {
    typed: (form) => collect(form, typedOf), // as they stand
    served: (form) => collect(form, servedOf), // as the page came
    restore: (form, fields) => {
      addRows(form, fields)
      const left = structuredClone(fields)
      for (const control of controls(form)) if (control.name in left) setField(control, left[control.name])
    },
  }
}
