"""Template filters of the pages of staff: the words for states."""

from django import template

from nejtilbander.i18n.languages import TranslationState, state_label

register = template.Library()


@register.filter(name="state_label")
def label_of_state(state: TranslationState, is_machine_translated: bool) -> str:
    return state_label(state, is_machine_translated=is_machine_translated)
