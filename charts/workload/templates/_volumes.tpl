{{/* Files are mounted one by one, so that what the image itself has in the same folder stays visible. */}}
{{- define "workload.volumeMounts" -}}
{{- if or .files .secretFiles .security.writablePaths -}}
volumeMounts:
  {{- range $path, $content := .files }}
  - name: files
    mountPath: {{ $path }}
    subPath: {{ include "workload.fileKey" $path }}
    readOnly: true
  {{- end }}
  {{- with .secretFiles }}
  {{- range $path, $key := .paths }}
  - name: secret-files
    mountPath: {{ $path }}
    subPath: {{ $key }}
    readOnly: true
  {{- end }}
  {{- end }}
  {{- range $index, $path := .security.writablePaths }}
  - name: writable-{{ $index }}
    mountPath: {{ $path }}
  {{- end }}
{{- end }}
{{- end }}

{{- define "workload.volumes" -}}
{{- $service := .service }}
{{- if or $service.files $service.secretFiles $service.security.writablePaths -}}
volumes:
  {{- if $service.files }}
  - name: files
    configMap:
      name: {{ .name }}-files
      defaultMode: 0444
  {{- end }}
  {{- with $service.secretFiles }}
  - name: secret-files
    secret:
      secretName: {{ .name }}
      # Read by the owner alone, whom fsGroup makes the service's own user's group.
      defaultMode: 0400
      items:
        {{- range (values .paths | uniq | sortAlpha) }}
        - key: {{ . }}
          path: {{ . }}
        {{- end }}
  {{- end }}
  {{- range $index, $path := $service.security.writablePaths }}
  - name: writable-{{ $index }}
    emptyDir:
      sizeLimit: 1Gi
  {{- end }}
{{- end }}
{{- end }}
