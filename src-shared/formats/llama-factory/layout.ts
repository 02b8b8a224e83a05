/** @file Names that LLaMA-Factory's loader goes by (hiyouga/LLaMA-Factory src/llamafactory/data/parser.py, 0.9.5). */
export const INFO_FILE = 'dataset_info.json'

/** Its placeholders for media; each must have a file. */
export const MEDIA_TOKENS: readonly string[] = ['<image>', '<video>', '<audio>']

export const ROLE_TAGS = {
  role_tag: 'role',
  content_tag: 'content',
  user_tag: 'user',
  assistant_tag: 'assistant',
  system_tag: 'system'
}
