{{/* Who may call an app inside the mesh, by identity: (dict "root" $ "name" name "policy" policy). No rule: nobody. */}}
{{- define "workload.mesh" -}}
{{- $namespace := .root.Values.mesh.namespace }}
{{- $plain := dict }}
{{- range .policy.ingress }}
{{- if .cidrs }}{{ range .ports }}{{ $_ := set $plain (.number | int | toString) (dict "mode" "PERMISSIVE") }}{{ end }}{{ end }}
{{- end -}}
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata:
  name: {{ .name }}
  labels:
    {{- include "workload.labels" .root | nindent 4 }}
spec:
  selector:
    matchLabels:
      app: {{ .policy.app }}
  action: ALLOW
  {{- with .policy.ingress }}
  rules:
    {{- range . }}
    - from:
        - source:
            {{- with .cidrs }}
            ipBlocks:
              {{- toYaml . | nindent 14 }}
            {{- end }}
            {{- with .namespace }}
            namespaces: [{{ . }}]
            {{- end }}
            {{- with .service }}
            principals: [cluster.local/ns/{{ $namespace }}/sa/{{ . }}]
            {{- end }}
      to:
        - operation:
            ports:
              {{- range .ports }}
              - {{ .number | int | toString | quote }}
              {{- end }}
    {{- end }}
  {{- end }}
{{- with $plain }}
---
# The load balancer is outside the mesh: what it sends is encrypted by the network alone.
apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata:
  name: {{ $.name }}
  labels:
    {{- include "workload.labels" $.root | nindent 4 }}
spec:
  selector:
    matchLabels:
      app: {{ $.policy.app }}
  mtls:
    mode: STRICT
  portLevelMtls:
    {{- toYaml . | nindent 4 }}
{{- end }}
{{- end }}
